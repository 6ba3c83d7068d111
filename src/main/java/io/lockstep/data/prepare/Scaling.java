package io.lockstep.data.prepare;

/** How numbers of a table are brought to a common size. */
public enum Scaling {
    /**
     * As {@link #STANDARDIZE}, unless less than a tenth of all numbers are other than 0: then they are divided by their
     * deviation and not moved, so that zeros stay zeros.
     */
    AUTO,
    /** Not at all, or by one factor for all. */
    NONE,
    /**
     * To mean 0 and deviation 1: (x − mean) / deviation, where the deviation is that of the training rows themselves.
     */
    STANDARDIZE,
    /** To [0, 1]: (x − least) / (greatest − least). */
    MIN_MAX;

    private static final double MOSTLY_ZEROS = 0.1;

    /**
     * Whether zeros are sure to stay zeros.
     *
     * @param nonZeros how many of the numbers of the training rows are other than 0
     */
    public boolean keepsZeros(long nonZeros, long numbers) {
        return this == NONE || this == AUTO && nonZeros < MOSTLY_ZEROS * numbers;
    }
}
