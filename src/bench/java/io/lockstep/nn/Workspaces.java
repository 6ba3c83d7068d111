package io.lockstep.nn;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Products;

/** Workspaces with products that no {@link Arithmetic} offers. */
public final class Workspaces {
    private Workspaces() {}

    public static Workspace of(Network network, Products products) {
        return new Workspace(network.layers(), Arithmetic.EXACT, products, new Batch(network.featureCount()));
    }
}
