package io.lockstep.optim;

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1): with t = step + 1, m ←
 * β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², g ← rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε). Its slots are m and v.
 *
 * <p>It takes the learning rate in, so no {@link Descend} follows it: rate / (1 − β₁ᵗ) is one factor for all
 * parameters.
 *
 * @param beta1 β₁, in [0, 1)
 * @param beta2 β₂, in [0, 1)
 * @param epsilon ε, positive in single precision
 */
record Adam(double beta1, double beta2, double epsilon) implements Link {
    Adam {
        if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1) || !((float) epsilon > 0)) {
            throw new IllegalArgumentException("expected betas in [0, 1) and a positive epsilon, found " + beta1 + ", "
                    + beta2 + " and " + epsilon);
        }
    }

    @Override
    public int slotCount() {
        return 2;
    }

    @Override
    public Kernel at(Step step) {
        long t = step.number() + 1;
        float meanWeight = (float) (1 - beta1);
        float squareWeight = (float) (1 - beta2);
        float rate = (float) (step.learningRate() / (1 - StrictMath.pow(beta1, t)));
        float squareScale = (float) (1 / (1 - StrictMath.pow(beta2, t)));
        float smallest = (float) epsilon;
        return (part, arrays) -> {
            float[] update = arrays.update();
            float[] mean = arrays.slots().get(0);
            float[] square = arrays.slots().get(1);
            int to = part.range().to();
            for (int i = part.range().from(); i < to; i++) {
                // Java 17 vectorises this loop only if it reads each array once, before it writes any: ten times as
                // fast.
                float g = update[i];
                float m = mean[i];
                float v = square[i];
                m += meanWeight * (g - m);
                v += squareWeight * (g * g - v);
                mean[i] = m;
                square[i] = v;
                update[i] = rate * m / ((float) Math.sqrt(v * squareScale) + smallest);
            }
        };
    }
}
