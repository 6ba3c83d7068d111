package io.lockstep.nn;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Products;
import java.util.List;

/**
 * A batch and the buffers of one pass over it, kept so that a step allocates none of them anew. A workspace belongs to
 * one thread at a time.
 */
public final class Workspace {
    private static final ThreadLocal<Workspace> OF_THREAD = new ThreadLocal<>();

    private final List<Layer> layers;
    private final Arithmetic arithmetic;
    private final Products products;
    private final Batch batch;
    private final float[][] outputs;
    private final float[][] deltas;

    /** @param layers of the network, in order */
    public Workspace(List<Layer> layers, Arithmetic arithmetic, Batch batch) {
        this(layers, arithmetic, arithmetic.products(), batch);
    }

    /** With products that need not be those of the arithmetic, to compare them. */
    Workspace(List<Layer> layers, Arithmetic arithmetic, Products products, Batch batch) {
        this.layers = layers;
        this.arithmetic = arithmetic;
        this.products = products;
        this.batch = batch;
        this.outputs = new float[layers.size()][0];
        this.deltas = new float[layers.size()][0];
    }

    /** The workspace of the current thread, made anew when it was last used for something else. */
    public static Workspace ofThread(List<Layer> layers, Arithmetic arithmetic) {
        Workspace workspace = OF_THREAD.get();
        if (workspace == null || workspace.arithmetic != arithmetic || !workspace.layers.equals(layers)) {
            workspace =
                    new Workspace(layers, arithmetic, new Batch(layers.get(0).inputs()));
            OF_THREAD.set(workspace);
        }
        return workspace;
    }

    Products products() {
        return products;
    }

    public Batch batch() {
        return batch;
    }

    /** Room for the output of a layer, (outputs × rows). */
    float[] output(int layer) {
        return sized(outputs, layer);
    }

    /** Room for the derivative of the loss by the input of a layer, (inputs × rows). */
    float[] inputDelta(int layer) {
        return sized(deltas, layer - 1);
    }

    private float[] sized(float[][] buffers, int layer) {
        int needed = Math.multiplyExact(layers.get(layer).outputs(), batch.rows());
        if (buffers[layer].length < needed) {
            buffers[layer] = new float[needed];
        }
        return buffers[layer];
    }
}
