package io.lockstep.optim;

import io.lockstep.linalg.Range;
import java.util.Locale;

/** Moves the parameters against the gradient. It holds no state of its own: what it remembers is an explicit value. */
public interface Optimizer {
    /** The state before the first step. */
    OptimizerState init(int parameterCount);

    /**
     * Takes one step in part of the parameters. Writes {@code parameters} and the slots of {@code state} in the range.
     *
     * @param gradient of the mean cost, as long as the parameters
     */
    void updateInPlace(float[] parameters, float[] gradient, OptimizerState state, Range range, Step step);

    /**
     * How far to go.
     *
     * @param number since the start of training, counted from 0
     * @param learningRate positive
     * @param decay the part of each parameter that is taken away as well, in [0, 1); 0 unless {@link
     *     Kind#decouplesPenalty()}
     */
    record Step(long number, double learningRate, double decay) {}

    /** The optimisers by name. */
    enum Kind {
        SGD {
            @Override
            public Optimizer create(double momentum) {
                return new Sgd();
            }
        },
        MOMENTUM {
            @Override
            public Optimizer create(double momentum) {
                return new Momentum(momentum, false);
            }
        },
        NESTEROV {
            @Override
            public Optimizer create(double momentum) {
                return new Momentum(momentum, true);
            }
        },
        ADAM {
            @Override
            public Optimizer create(double momentum) {
                return new Adam(momentum);
            }
        },
        /** Adam with a penalty that shrinks the weights directly. */
        ADAMW {
            @Override
            public Optimizer create(double momentum) {
                return new AdamW(momentum);
            }

            @Override
            public boolean decouplesPenalty() {
                return true;
            }
        };

        /**
         * @param momentum in [0, 1); β₁ of Adam; plain SGD has none and ignores it
         */
        public abstract Optimizer create(double momentum);

        /**
         * Whether the penalty c is no part of the gradient but shrinks the weights in each step, W ← W − rate · 2c·W
         * (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2), so that a large
         * gradient does not weaken it.
         */
        public boolean decouplesPenalty() {
            return false;
        }

        /** The name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
