package io.lockstep.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Ways to compute the same, measured in turns, so that whatever else slows the machine slows all of them. The clock
 * counts the time in which this thread ran, without that in which it waited for a core.
 */
final class InTurns {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 5;
    private static final double WARM_UP_MILLIS = 400;
    private static final double ROUND_MILLIS = 80;

    private final Runnable[] ways;
    private final int[] calls;
    private final double[][] micros; // (ways × rounds)

    private InTurns(Runnable... ways) {
        this.ways = ways;
        this.calls = new int[ways.length];
        this.micros = new double[ways.length][ROUNDS];
    }

    /** Warms all ways up until Java has compiled them; they are called again by {@link #measure}. */
    static InTurns warmUp(Runnable... ways) {
        InTurns turns = new InTurns(ways);
        for (int way = 0; way < ways.length; way++) {
            double millis = 0;
            int calls = 0;
            while (millis < WARM_UP_MILLIS) {
                millis += millis(ways[way], 1);
                calls++;
            }
            turns.calls[way] = (int) Math.ceil(calls * ROUND_MILLIS / millis);
        }
        return turns;
    }

    InTurns measure() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int way = 0; way < ways.length; way++) {
                micros[way][round] = 1e3 * millis(ways[way], calls[way]) / calls[way];
            }
        }
        return this;
    }

    private static double millis(Runnable way, int calls) {
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < calls; i++) {
            way.run();
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
    }

    /** Microseconds a call, the median of the rounds. */
    double micros(int way) {
        return median(micros[way]);
    }

    /** Time of one way over that of another, the median of the rounds. */
    double ratio(int way, int other) {
        return median(IntStream.range(0, ROUNDS)
                .mapToDouble(round -> micros[way][round] / micros[other][round])
                .toArray());
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
