package io.lockstep.distributed.resident;

import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.Partial;

/**
 * What all tasks are to compute with the same parameters.
 *
 * @param number among all that a session asks for, counted from 0
 */
record Work(long number, Goal goal, float[] parameters) {
    /** Before the first. */
    static final Work NONE = new Work(-1, new Evaluation(), new float[0]);

    /** What is asked for. As text it is part of a message for the user. */
    sealed interface Goal {
        /** The result of no task yet. */
        Partial none(MessageShape shape);
    }

    /**
     * The gradients of a step.
     *
     * @param epoch counted from 0
     * @param step within the epoch, counted from 0
     */
    record Step(int epoch, long step) implements Goal {
        @Override
        public Gradients none(MessageShape shape) {
            return Gradients.none(shape.shardCount(), shape.parameterCount());
        }

        @Override
        public String toString() {
            return "step " + (step + 1) + " of epoch " + (epoch + 1);
        }
    }

    /** The losses over all rows. */
    record Evaluation() implements Goal {
        @Override
        public Losses none(MessageShape shape) {
            return Losses.none(shape.shardCount());
        }

        @Override
        public String toString() {
            return "an evaluation";
        }
    }
}
