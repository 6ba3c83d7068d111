package io.lockstep.bench;

import io.lockstep.RandomStream;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.linalg.Blas;
import io.lockstep.linalg.Factor;
import io.lockstep.linalg.Matrix;
import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import io.lockstep.nn.Workspace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One thread's kernels, under JMH. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Kernels {
    private static final int ROWS = 64;
    private static final double FLOPS_PER_MICROSECOND_AND_GFLOPS = 1e3;

    /** The products of a slice of 64 rows in the canonical network: rows, columns and inner dimension, and transpositions. */
    public enum Product {
        HIDDEN_LOGITS(256, ROWS, 784, false, false),
        HIDDEN_WEIGHT_GRADIENT(256, 784, ROWS, false, true),
        OUTPUT_LOGITS(10, ROWS, 256, false, false),
        HIDDEN_DELTA(256, ROWS, 10, true, false);

        private final int rows;
        private final int columns;
        private final int inner;
        private final boolean leftTransposed;
        private final boolean rightTransposed;

        Product(int rows, int columns, int inner, boolean leftTransposed, boolean rightTransposed) {
            this.rows = rows;
            this.columns = columns;
            this.inner = inner;
            this.leftTransposed = leftTransposed;
            this.rightTransposed = rightTransposed;
        }

        private double flops() {
            return 2.0 * rows * columns * inner;
        }
    }

    /** Through {@code linalg}, as training does. */
    @State(Scope.Thread)
    public static class Linalg {
        @Param
        public Product product;

        @Param({"NATIVE", "VECTOR", "JAVA"})
        public Blas.Choice blas;

        private Matrix left;
        private Matrix right;
        private Matrix result;
        private Blas library;

        @Setup
        public void setUp() {
            left = matrix(product.rows, product.inner, product.leftTransposed);
            right = matrix(product.inner, product.columns, product.rightTransposed);
            result = Matrix.view(new float[product.rows * product.columns], 0, product.rows, product.columns);
            library = Blas.of(blas);
        }

        private static Matrix matrix(int rows, int columns, boolean transposed) {
            float[] numbers = Kernels.numbers(rows * columns);
            return transposed
                    ? Matrix.view(numbers, 0, columns, rows).transposed()
                    : Matrix.view(numbers, 0, rows, columns);
        }
    }

    /** The products with the input, of which four fifths are 0 as in MNIST. */
    @State(Scope.Thread)
    public static class Sparse {
        @Param({"HIDDEN_LOGITS", "HIDDEN_WEIGHT_GRADIENT"})
        public Product product;

        private Matrix left;
        private Factor right;
        private Matrix result;

        @Setup
        public void setUp() {
            SparseMatrix inputs = new SparseMatrix(CANONICAL.featureCount());
            appendInputs(inputs, ROWS);
            left = Linalg.matrix(product.rows, product.inner, product.leftTransposed);
            right = product.rightTransposed ? inputs.transposed() : inputs;
            result = Matrix.view(new float[product.rows * product.columns], 0, product.rows, product.columns);
        }
    }

    /** The same OpenBLAS called without Java in between, on memory outside of the heap. */
    @State(Scope.Thread)
    public static class Direct {
        @Param
        public Product product;

        private FloatPointer left;
        private FloatPointer right;
        private FloatPointer result;

        @Setup
        public void setUp() {
            Blas.of(Blas.Choice.NATIVE); // one thread, as in training
            left = new FloatPointer(numbers(product.rows * product.inner));
            right = new FloatPointer(numbers(product.inner * product.columns));
            result = new FloatPointer((long) product.rows * product.columns);
        }

        @TearDown
        public void tearDown() {
            left.close();
            right.close();
            result.close();
        }
    }

    /** Half of the leaves of a tree in each of two subtrees, as two tasks send them. */
    @State(Scope.Thread)
    public static class Trees {
        private static final int LEAVES = 8;

        private byte[] encoded;
        private GradientTree left;
        private GradientTree right;

        /** The tree that is merged into has to be a new one each time. */
        @Setup(Level.Invocation)
        public void setUp() throws IOException {
            left = tree(0, LEAVES / 2);
            right = tree(LEAVES / 2, LEAVES);
            if (encoded == null) {
                encoded = encode(right);
            }
        }

        private static GradientTree tree(int from, int to) {
            float[] numbers = numbers(CANONICAL.parameterCount());
            GradientTree tree = new GradientTree(LEAVES, numbers.length);
            for (int leaf = from; leaf < to; leaf++) {
                tree.leaf(leaf, gradient -> {
                    System.arraycopy(numbers, 0, gradient, 0, numbers.length);
                    return new LossSum(1, 1, ROWS);
                });
            }
            return tree;
        }
    }

    /** A slice of 64 rows. */
    @State(Scope.Thread)
    public static class Slice {
        @Param({"0", "0.2"})
        public double dropout;

        /** Whether four fifths of the input are 0 and left out. */
        @Param({"false", "true"})
        public boolean zerosLeftOut;

        private float[] parameters;
        private float[] gradient;
        private Workspace workspace;

        @Setup
        public void setUp() {
            Batch batch = new Batch(CANONICAL.featureCount());
            if (zerosLeftOut) {
                appendInputs(batch.resizeSparse(ROWS), ROWS);
            } else {
                batch.resize(ROWS);
                int count = ROWS * batch.featureCount();
                System.arraycopy(numbers(count), 0, batch.features(), 0, count);
            }
            parameters = CANONICAL.initialParameters(1);
            gradient = new float[CANONICAL.parameterCount()];
            workspace = new Workspace(CANONICAL, Blas.of(Blas.Choice.AUTO), batch);
        }
    }

    private static final Network CANONICAL = Network.of(List.of(784, 256, 10));

    @Benchmark
    public void sgemm(Linalg state) {
        state.result.setToProduct(state.left, state.right, state.library);
    }

    @Benchmark
    public void sparse(Sparse state) {
        state.result.setToProduct(state.left, state.right, Blas.of(Blas.Choice.AUTO));
    }

    @Benchmark
    public void sgemmDirect(Direct state) {
        Product p = state.product;
        openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasColMajor,
                p.leftTransposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                p.rightTransposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                p.rows,
                p.columns,
                p.inner,
                1f,
                state.left,
                p.leftTransposed ? p.inner : p.rows,
                state.right,
                p.rightTransposed ? p.columns : p.inner,
                0f,
                state.result,
                p.rows);
    }

    @Benchmark
    public LossSum sliceGradient(Slice state) {
        RandomStream random = RandomStream.of(1, RandomStream.Purpose.DROPOUT, 0, 0);
        return CANONICAL.gradientInto(
                state.gradient, state.parameters, state.workspace, new Regularization(0.1, state.dropout), random);
    }

    @Benchmark
    public GradientTree treeMerge(Trees state) {
        return state.left.merge(state.right);
    }

    @Benchmark
    public byte[] treeEncode(Trees state) throws IOException {
        return encode(state.right);
    }

    @Benchmark
    public Object treeDecode(Trees state) throws IOException, ClassNotFoundException {
        return new ObjectInputStream(new ByteArrayInputStream(state.encoded)).readObject();
    }

    private static byte[] encode(GradientTree tree) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 20);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Gradients(tree, TaskSeconds.NONE));
        }
        return bytes.toByteArray();
    }

    private static float[] numbers(int count) {
        RandomStream random = RandomStream.of(1, RandomStream.Purpose.GRADIENT_CHECK, 0, count);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextUniform();
        }
        return numbers;
    }

    private static void appendInputs(SparseMatrix inputs, int count) {
        RandomStream random = RandomStream.of(1, RandomStream.Purpose.GRADIENT_CHECK, 0, count);
        byte[] bytes = new byte[inputs.rows()];
        for (int column = 0; column < count; column++) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextIndex(5) == 0 ? 1 + random.nextIndex(255) : 0);
            }
            inputs.appendColumn(bytes, 0, 1 / 255f);
        }
    }

    static List<Table> run() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(Kernels.class.getName())
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        Table products = new Table("Products of a slice of 64 rows, one thread", "product", "by", "µs", "GFLOP/s");
        Table others = new Table("Other kernels, one thread", "kernel", "µs");
        List<Table> tables = new ArrayList<>(List.of(products, others));
        for (RunResult result : results) {
            String name = result.getPrimaryResult().getLabel();
            double micros = result.getPrimaryResult().getScore();
            String product = result.getParams().getParam("product");
            if (product == null) {
                String dropout = result.getParams().getParam("dropout");
                String zeros = "true".equals(result.getParams().getParam("zerosLeftOut")) ? ", zeros left out" : "";
                others.add(name + (dropout == null ? "" : ", dropout " + dropout + zeros), micros);
            } else {
                String blas = result.getParams().getParam("blas");
                String byName = name.equals("sparse")
                        ? "linalg, zeros left out"
                        : blas == null ? "OpenBLAS directly" : "linalg, " + blas;
                double flops = Product.valueOf(product).flops();
                products.add(product, byName, micros, flops / micros / FLOPS_PER_MICROSECOND_AND_GFLOPS);
            }
        }
        return tables;
    }
}
