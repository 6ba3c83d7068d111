package io.lockstep.optim;

/** Gradient descent, the last link of a chain whose update is a gradient: p ← p − rate · g. */
record Descend() implements Link {
    @Override
    public Kernel at(Step step) {
        float rate = (float) step.learningRate();
        return (part, arrays) -> {
            float[] update = arrays.update();
            float[] parameters = arrays.parameters();
            int to = part.range().to();
            for (int i = part.range().from(); i < to; i++) {
                parameters[i] -= rate * update[i];
            }
        };
    }
}
