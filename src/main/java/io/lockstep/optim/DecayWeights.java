package io.lockstep.optim;

/**
 * Decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2): the
 * penalty c · Σ W² is no part of the gradient but shrinks the weights directly, u ← u + rate · 2c·W, so that a large
 * gradient does not weaken it. The learning rate is already in u.
 *
 * @param c from 0
 */
record DecayWeights(double c) implements Link {
    @Override
    public Kernel at(Step step) {
        float decay = (float) decay(step.learningRate());
        return (part, arrays) -> {
            if (part.weights()) {
                float[] update = arrays.update();
                float[] parameters = arrays.parameters();
                int to = part.range().to();
                for (int i = part.range().from(); i < to; i++) {
                    update[i] += decay * parameters[i];
                }
            }
        };
    }

    /** The part of each weight that a step takes away. */
    double decay(double learningRate) {
        return learningRate * 2 * c;
    }
}
