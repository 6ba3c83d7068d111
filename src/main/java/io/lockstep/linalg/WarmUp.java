package io.lockstep.linalg;

import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Java compile kernels in the background. Until they are compiled, the Vector API takes a hundred times as long as
 * plain loops, which are compiled at once. As both give the same bits, the first products may be computed by the one
 * and later ones by the other.
 */
final class WarmUp implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** By then kernels are compiled, even on a busy machine; or Java only interprets, and then it is worth little. */
    private static final long LONGEST_NANOS = 20_000_000_000L;

    /** Java compiles the kernels on another thread, which needs a core for that. */
    private static final long PAUSE_NANOS = 5_000_000L;

    private static final long LONG_PAUSE_NANOS = 30_000_000_000L;

    /** Times of compiled kernels differ from those of plain loops by less, and others by much more. */
    private static final int NOISE = 2;

    private static final int ROUNDS = 3;

    private static final int REPEATS = 16;

    /** Fewer than the lanes of any vector. */
    private static final int FEW_ROWS = 3;

    private static final int SQUARES = 256;

    private final Kernels kernels;
    private final Kernels plain = new PlainKernels();
    private volatile boolean isDone;

    private WarmUp(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Begins, on a thread of its own that does not keep the JVM from ending. */
    static WarmUp start(Supplier<Kernels> kernels) {
        WarmUp warmUp = new WarmUp(kernels.get());
        Thread thread = new Thread(warmUp, "lockstep-warm-up");
        thread.setDaemon(true);
        thread.start();
        return warmUp;
    }

    /** Whether the kernels are fast. */
    boolean isDone() {
        return isDone;
    }

    @Override
    public void run() {
        long started = System.nanoTime();
        List<Sample> samples = samples(new Random(1));
        int fastRounds = 0;
        boolean late = false;
        while (fastRounds < ROUNDS) {
            boolean fast = true;
            for (Sample sample : samples) {
                fast &= sample.isFast();
            }
            fastRounds = fast ? fastRounds + 1 : 0;
            if (!fast && !late && System.nanoTime() - started > LONGEST_NANOS) {
                LOG.info("products by vectors are still slower than plain loops, which go on instead;"
                        + " the bits are the same");
                late = true;
            }
            if (!fast) {
                LockSupport.parkNanos(late ? LONG_PAUSE_NANOS : PAUSE_NANOS);
            }
        }
        isDone = true;
    }

    /**
     * Each way through the kernels that a network of layers wider and narrower than vectors takes. Many short loops
     * rather than a few long ones: Java counts calls, and compiles a method twice if one call takes too long.
     */
    private List<Sample> samples(Random random) {
        return List.of(
                new Sample(products(random, 64, false)),
                new Sample(products(random, 64, true)),
                new Sample(product(random, 64, 4, 136, true)),
                new Sample(products(random, FEW_ROWS, false)),
                new Sample(products(random, FEW_ROWS, true)),
                new Sample(repeated(() -> sparseProduct(random, 256, 60, 2, 9))),
                new Sample(repeated(() -> sparseProduct(random, 252, 60, 2, 9))),
                new Sample(repeated(() -> sparseProduct(random, FEW_ROWS, 60, 2, 9))),
                new Sample(sparseProduct(random, 256, 1, 120, 1)), // from a copy of all rows
                new Sample(sparseProduct(random, 64, 36, 20, 1)), // from a panel
                new Sample(repeated(() -> layer(random, 100))),
                new Sample(repeated(() -> layer(random, FEW_ROWS))));
    }

    /** With a last panel of columns that has any number of them. */
    private static Consumer<Kernels> products(Random random, int rows, boolean transposed) {
        return inTurn(IntStream.rangeClosed(17, 24)
                .mapToObj(columns -> product(random, rows, 24, columns, transposed))
                .toList());
    }

    private static Consumer<Kernels> product(Random random, int rows, int inner, int columns, boolean transposed) {
        Matrix target = Matrix.view(new float[rows * columns], 0, rows, columns);
        Matrix left = numbers(random, rows, inner);
        Matrix right = transposed ? numbers(random, columns, inner).transposed() : numbers(random, inner, columns);
        return kernels -> kernels.dense(target, left, right);
    }

    /** @param step the longest from a number of a column to the next */
    private static Consumer<Kernels> sparseProduct(Random random, int rows, int inner, int columns, int step) {
        SparseMatrix right = new SparseMatrix(inner);
        for (int column = 0; column < columns; column++) {
            right.appendColumn();
            for (int row = random.nextInt(1 + step / 2); row < inner; row += 1 + random.nextInt(step)) {
                right.append(row, random.nextFloat());
            }
        }
        Matrix target = Matrix.view(new float[rows * columns], 0, rows, columns);
        Matrix left = numbers(random, rows, inner);
        return kernels -> kernels.sparse(target, left, right);
    }

    private static Consumer<Kernels> layer(Random random, int rows) {
        int columns = 3;
        Matrix target = numbers(random, rows, columns);
        float[] others = numbers(random, rows, columns).data();
        float[] sums = new float[rows];
        float[] squares = new float[SQUARES];
        float[] vector = numbers(random, SQUARES, 4).data();
        return kernels -> {
            kernels.addBiasAndRectify(target, others, 0);
            kernels.addBias(target, others, 0);
            kernels.sumRows(target, sums, 0);
            kernels.mask(target, others);
            kernels.addSquares(squares, vector, 0, 4);
            kernels.areFinite(vector, 0, vector.length);
        };
    }

    private static Consumer<Kernels> repeated(Supplier<Consumer<Kernels>> computation) {
        return inTurn(Stream.generate(computation).limit(REPEATS).toList());
    }

    private static Consumer<Kernels> inTurn(List<Consumer<Kernels>> computations) {
        return kernels -> computations.forEach(computation -> computation.accept(kernels));
    }

    private static Matrix numbers(Random random, int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return Matrix.view(numbers, 0, rows, columns);
    }

    /** A computation that is done both ways. */
    private final class Sample {
        private final Consumer<Kernels> computation;
        private long ofPlain = Long.MAX_VALUE; // the shortest so far

        Sample(Consumer<Kernels> computation) {
            this.computation = computation;
        }

        boolean isFast() {
            ofPlain = Math.min(ofPlain, nanos(plain));
            return nanos(kernels) <= NOISE * ofPlain;
        }

        private long nanos(Kernels with) {
            long started = System.nanoTime();
            computation.accept(with);
            return System.nanoTime() - started;
        }
    }
}
