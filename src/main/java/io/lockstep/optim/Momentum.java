package io.lockstep.optim;

import io.lockstep.linalg.Range;

/**
 * Momentum: v ← μ·v + g, then g ← v, or g ← g + μ·v with Nesterov's look-ahead (Sutskever et al., "On the importance of
 * initialization and momentum in deep learning", ICML 2013, in the form in which the gradient is taken at the
 * parameters that are kept). Its slot is v.
 *
 * @param momentum μ, in [0, 1)
 */
record Momentum(double momentum, boolean nesterov) implements Link {
    Momentum {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("expected a momentum in [0, 1), found " + momentum);
        }
    }

    @Override
    public int slotCount() {
        return 1;
    }

    @Override
    public Kernel at(Step step) {
        float mu = (float) momentum;
        return (part, arrays) -> {
            float[] update = arrays.update();
            float[] velocity = arrays.slots().get(0);
            if (nesterov) {
                lookAhead(update, velocity, mu, part.range());
            } else {
                plain(update, velocity, mu, part.range());
            }
        };
    }

    private static void plain(float[] update, float[] velocity, float mu, Range range) {
        for (int i = range.from(); i < range.to(); i++) {
            float v = mu * velocity[i] + update[i];
            velocity[i] = v;
            update[i] = v;
        }
    }

    private static void lookAhead(float[] update, float[] velocity, float mu, Range range) {
        for (int i = range.from(); i < range.to(); i++) {
            float g = update[i];
            float v = mu * velocity[i] + g;
            velocity[i] = v;
            update[i] = g + mu * v;
        }
    }
}
