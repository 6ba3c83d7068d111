package io.lockstep.optim;

/** The last link of a chain whose update has the learning rate in it: p ← p − u. */
record Subtract() implements Link {
    @Override
    public Kernel at(Step step) {
        return (part, arrays) -> {
            float[] update = arrays.update();
            float[] parameters = arrays.parameters();
            int to = part.range().to();
            for (int i = part.range().from(); i < to; i++) {
                parameters[i] -= update[i];
            }
        };
    }
}
