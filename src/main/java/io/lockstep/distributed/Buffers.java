package io.lockstep.distributed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Arrays of one length for sums of gradients, kept so that no step has to make new ones. It belongs to one task; who merges
 * the task's sums gives arrays back while the task waits.
 */
final class Buffers {
    private final Deque<float[]> free = new ArrayDeque<>();
    private final List<float[]> made = new ArrayList<>();

    /** An array of the given length, which must always be the same; its content is arbitrary. */
    float[] take(int length) {
        float[] buffer = free.poll();
        if (buffer == null) {
            buffer = new float[length];
            made.add(buffer);
        }
        return buffer;
    }

    /** Gives an array back that nothing refers to any more. */
    void give(float[] buffer) {
        free.push(buffer);
    }

    /** Takes all arrays back, wherever they are: the step in which they were taken is over. */
    void reclaim() {
        free.clear();
        free.addAll(made);
    }
}
