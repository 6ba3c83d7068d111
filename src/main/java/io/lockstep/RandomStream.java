package io.lockstep;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A stream of random numbers that is fully determined by (seed, purpose, time, index), so that nothing about randomness
 * has to be remembered: any machine can start any stream at any time.
 *
 * <p>The generator is {@code L64X128MixRandom} (Steele and Vigna, "LXM: better splittable pseudorandom number
 * generators", OOPSLA 2021). The numbers derived from it are computed here, from its raw 64-bit output, because the
 * library leaves the algorithms of {@code nextGaussian} and {@code nextInt(bound)} open to change.
 */
public final class RandomStream {
    private static final RandomGeneratorFactory<RandomGenerator> FACTORY = factory();

    /** What the numbers are for; streams of different purposes never coincide. */
    public enum Purpose {
        INITIALISATION,
        PERMUTATION,
        GRADIENT_CHECK,
        DROPOUT
    }

    private final long state;
    private RandomGenerator bits; // made with the first number, because Java takes microseconds to make one

    private RandomStream(long state) {
        this.state = state;
    }

    /** Java 17 looks for generators in the thread's class loader, and that of a task of Spark SQL knows none. */
    private static RandomGeneratorFactory<RandomGenerator> factory() {
        Thread thread = Thread.currentThread();
        ClassLoader ofThread = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            return RandomGeneratorFactory.of("L64X128MixRandom");
        } finally {
            thread.setContextClassLoader(ofThread);
        }
    }

    /**
     * @param time epoch or step, by purpose
     * @param index of the layer or shard, by purpose
     */
    public static RandomStream of(long seed, Purpose purpose, long time, long index) {
        long state = mix(seed);
        state = mix(state ^ purpose.ordinal());
        state = mix(state ^ time);
        state = mix(state ^ index);
        return new RandomStream(state);
    }

    /** 64 uniformly random bits. */
    public long nextBits() {
        if (bits == null) {
            bits = FACTORY.create(state);
        }
        return bits.nextLong();
    }

    /** A uniform number in [0, 1), a multiple of 2⁻⁵³. */
    public double nextUniform() {
        return (nextBits() >>> 11) * 0x1.0p-53;
    }

    /**
     * A uniform integer in [0, bound), by multiplication and shift; its bias is below bound / 2³².
     *
     * @param bound positive
     */
    public int nextIndex(int bound) {
        return (int) (((nextBits() >>> 32) * bound) >>> 32);
    }

    /** A standard normal number by the Box–Muller transform, in arithmetic that is the same on every machine. */
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextUniform()));
        return radius * StrictMath.cos(2 * Math.PI * nextUniform());
    }

    /** A uniformly random order of 0 … count − 1 (Fisher and Yates). */
    public int[] permutation(int count) {
        int[] order = new int[count];
        for (int i = 1; i < count; i++) {
            int j = nextIndex(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /**
     * The finaliser of SplitMix64 after adding its odd increment: a bijection in which every bit affects all others.
     */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
