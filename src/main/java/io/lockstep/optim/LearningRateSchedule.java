package io.lockstep.optim;

import java.util.Locale;

/** A function from the step to the learning rate; steps count from 0 over the whole training. */
@FunctionalInterface
public interface LearningRateSchedule {
    double rate(long step);

    /** The shape of a schedule after its warm-up. */
    enum Shape {
        CONSTANT {
            @Override
            LearningRateSchedule from(double peak, long totalSteps) {
                return step -> peak;
            }
        },
        /**
         * rate = peak · (1 + cos(π · step / total)) / 2 (Loshchilov and Hutter, SGDR, ICLR 2017, eq. 5, no restarts).
         */
        COSINE {
            @Override
            LearningRateSchedule from(double peak, long totalSteps) {
                return step -> peak * (1 + StrictMath.cos(Math.PI * step / totalSteps)) / 2;
            }
        },
        /**
         * A tenth of the rate after half of the steps, a hundredth after three quarters (He et al., CVPR 2016, sec.
         * 4.2).
         */
        STEP {
            @Override
            LearningRateSchedule from(double peak, long totalSteps) {
                return step -> 4 * step < 2 * totalSteps ? peak : 4 * step < 3 * totalSteps ? peak / 10 : peak / 100;
            }
        };

        abstract LearningRateSchedule from(double peak, long totalSteps);

        /** The name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A schedule that rises linearly to the peak over the first {@code warmupFraction} of the steps and follows
     * {@code shape} over the rest.
     *
     * @param peak the highest rate, positive
     * @param warmupFraction in [0, 1)
     * @param totalSteps of the whole training, at least 1
     */
    static LearningRateSchedule of(Shape shape, double peak, double warmupFraction, long totalSteps) {
        if (!(peak > 0) || !(warmupFraction >= 0 && warmupFraction < 1) || totalSteps < 1) {
            throw new IllegalArgumentException("expected peak > 0, 0 ≤ warm-up < 1 and at least one step, found " + peak
                    + ", " + warmupFraction + " and " + totalSteps);
        }
        long warmupSteps = (long) (warmupFraction * totalSteps);
        LearningRateSchedule rest = shape.from(peak, totalSteps - warmupSteps);
        return step -> step < warmupSteps ? peak * (step + 1) / warmupSteps : rest.rate(step - warmupSteps);
    }
}
