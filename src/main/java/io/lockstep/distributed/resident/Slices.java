package io.lockstep.distributed.resident;

import io.lockstep.linalg.Range;

/**
 * The slices of the flat parameters, and which member owns each. A member is an executor with resident tasks; members
 * are counted from 0. Neighbouring slices have different owners, so that work on the first slices ends, and their
 * results travel on, while the last are still on their way.
 *
 * @param parameterCount of all slices together
 * @param count of all slices
 */
record Slices(int parameterCount, int members, int count) {
    private static final int USUAL_A_MEMBER = 4;
    private static final int USUAL_BYTES = 256 << 10;

    /** With more slices, what each message costs by itself weighs more than what overlapping them saves. */
    private static final int USUAL_COUNT = 64;

    /**
     * Four slices a member, fewer with more than 16 members, and as many as it takes for a slice to have no more than
     * 256 KB.
     */
    static Slices of(int parameterCount, int members) {
        long each = Math.max(1, Math.min(USUAL_A_MEMBER, USUAL_COUNT / members));
        long ofMember = (long) Float.BYTES * parameterCount / members;
        each = Math.max(each, ofMember / USUAL_BYTES + 1);
        return new Slices(parameterCount, members, (int) Math.min(parameterCount, members * each));
    }

    /** The longest slice that {@link #of} makes of these parameters, with any number of members. */
    static int longest(int parameterCount) {
        return Math.min(parameterCount, USUAL_BYTES / Float.BYTES + 1);
    }

    int owner(int slice) {
        return slice % members;
    }

    Range range(int slice) {
        return new Range(start(slice), start(slice + 1));
    }

    int length(int slice) {
        return start(slice + 1) - start(slice);
    }

    private int start(int slice) {
        return (int) ((long) parameterCount * slice / count);
    }
}
