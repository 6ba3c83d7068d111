package io.lockstep.optim;

import java.util.Locale;

/** Moves the parameters against the gradient. It holds no state of its own: what it remembers is an explicit value. */
public interface Optimizer {
    /** The state before the first step. */
    OptimizerState init(int parameterCount);

    /**
     * Takes one step. Writes {@code parameters} and the slots of {@code state}.
     *
     * @param gradient of the mean cost, as long as the parameters
     * @param learningRate positive
     */
    void updateInPlace(float[] parameters, float[] gradient, OptimizerState state, double learningRate);

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
        };

        /**
         * @param momentum in [0, 1); plain SGD has none and ignores it
         */
        public abstract Optimizer create(double momentum);

        /** The name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
