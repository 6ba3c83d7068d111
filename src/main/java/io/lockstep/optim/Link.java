package io.lockstep.optim;

import io.lockstep.linalg.Range;
import java.util.List;

/**
 * One transformation on the way from a gradient to new parameters; see {@link Chain}. A link has its own
 * hyperparameters and no state: what it remembers between steps is in slots of the {@link OptimizerState}.
 */
interface Link {
    /** How many arrays as long as the parameters it remembers between steps. */
    default int slotCount() {
        return 0;
    }

    /** The norm that it must know before it changes anything. */
    default Norm needs() {
        return Norm.NONE;
    }

    /** The transformation of one step. Numbers that are the same for all parameters are computed here, once. */
    Kernel at(Step step);

    /** Which norms a link needs, of the update as the links before it leave it. */
    enum Norm {
        NONE,
        /** Of the update of all parameters. */
        OF_ALL,
        /** Of the update and of the parameters, for the weights and the biases of each layer separately. */
        OF_EACH_BLOCK
    }

    /** Transforms the update of some parameters, and the slots of the link, in place. */
    @FunctionalInterface
    interface Kernel {
        /**
         * Writes {@code update} and {@code slots} in the range of {@code part} and nothing else, except that the last
         * link of a chain writes {@code parameters}.
         */
        void applyInPlace(Part part, StepArrays arrays);
    }

    /**
     * Some parameters of one block.
     *
     * @param weights whether they are weights; else they are biases
     */
    record Part(Range range, boolean weights, Norms norms) {}

    /**
     * The Euclidean norms that {@link #needs()} asks for; NaN for others.
     *
     * @param update of all parameters or of the block
     * @param parameters of the block
     */
    record Norms(double update, double parameters) {
        static final Norms UNKNOWN = new Norms(Double.NaN, Double.NaN);
    }

    /**
     * All as long as the parameters.
     *
     * @param update at first the gradient of the mean cost, at last the numbers by which the parameters are reduced
     * @param slots of this link
     */
    record StepArrays(float[] update, float[] parameters, List<float[]> slots) {}
}
