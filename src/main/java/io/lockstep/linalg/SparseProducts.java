package io.lockstep.linalg;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to compute a {@link SparseProduct} that this JVM has. */
final class SparseProducts {
    /** Found with the first product of a sparse matrix. */
    static final SparseProduct FASTEST = fastest();

    private SparseProducts() {}

    /** By name, so that only a JVM with the Vector API loads a class that needs it. */
    private static SparseProduct fastest() {
        Logger log = LoggerFactory.getLogger(SparseProducts.class);
        if (!VectorApi.isThere()) {
            log.warn("{}; products with mostly zeros take twice as long", VectorApi.MISSING);
            return new PlainSparseProduct();
        }
        String name = SparseProducts.class.getPackageName() + ".VectorSparseProduct";
        try {
            return (SparseProduct) Class.forName(name).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError failure) {
            log.warn("the Vector API cannot be used; products with mostly zeros take twice as long", failure);
            return new PlainSparseProduct();
        }
    }
}
