package io.lockstep.bench;

import io.lockstep.RandomStream;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Matrix;
import io.lockstep.linalg.OpenBlasProducts;
import io.lockstep.linalg.Products;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Exact products next to OpenBLAS, which is called directly, on memory outside of the heap: speed and accuracy of
 * twenty shapes.
 */
final class ProductShapes {
    /** Half a unit in the last place of 1 in single precision. */
    private static final double ROUNDING = 0x1.0p-24;

    private ProductShapes() {}

    /**
     * C = A·B.
     *
     * @param name the product of a layer that has this shape
     */
    private record Shape(
            String name, int rows, int columns, int inner, boolean leftTransposed, boolean rightTransposed) {
        double gigaflops(double micros) {
            return 2e-3 * rows * columns * inner / micros;
        }

        @Override
        public String toString() {
            return rows + "×" + inner + (leftTransposed ? "ᵀ" : "") + " · " + inner + "×" + columns
                    + (rightTransposed ? "ᵀ" : "");
        }
    }

    /** The products of a layer with examples in its columns. */
    private record Layer(int inputs, int outputs) {
        Shape logits(int examples) {
            return new Shape("Z = W·A", outputs, examples, inputs, false, false);
        }

        Shape weightGradient(int examples) {
            return new Shape("dW = delta·Aᵀ", outputs, inputs, examples, false, true);
        }

        Shape inputDelta(int examples) {
            return new Shape("dA = Wᵀ·delta", inputs, examples, outputs, true, false);
        }
    }

    /** All of 784-256-10 with three numbers of examples, and those of layers of 1024 inputs. */
    private static List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        for (int examples : new int[] {16, 64, 256}) {
            Layer hidden = new Layer(784, 256);
            Layer output = new Layer(256, 10);
            shapes.addAll(List.of(hidden.logits(examples), hidden.weightGradient(examples)));
            shapes.addAll(
                    List.of(output.logits(examples), output.weightGradient(examples), output.inputDelta(examples)));
        }
        Layer large = new Layer(1024, 1024);
        Layer last = new Layer(1024, 10);
        shapes.addAll(List.of(large.logits(64), large.weightGradient(64), large.inputDelta(64)));
        shapes.addAll(List.of(last.logits(64), last.weightGradient(64)));
        return shapes;
    }

    static Table table() {
        Table table = new Table(
                "Twenty products, one thread: GFLOP/s, and the worst element's error in units of 2⁻²⁴·Σ|a·b|",
                "product",
                "shape",
                "exact",
                "OpenBLAS",
                "exact / OpenBLAS",
                "error of exact",
                "of OpenBLAS");
        OpenBlasProducts.description(); // loads it, with one thread as in training
        List<Both> all = shapes().stream().map(Both::new).toList();
        List<InTurns> turns = all.stream()
                .map(both -> InTurns.warmUp(both::exact, both::openBlas))
                .toList();
        double logarithms = 0;
        for (int i = 0; i < all.size(); i++) {
            logarithms += Math.log(turns.get(i).measure().ratio(1, 0));
            all.get(i).addTo(table, turns.get(i));
        }
        table.add("geometric mean", "", "", "", Math.exp(logarithms / all.size()), "", "");
        return table;
    }

    /** One product both ways. */
    private static final class Both {
        private final Shape shape;
        private final Products products = Arithmetic.EXACT.products();
        private final float[] left;
        private final float[] right;
        private final float[] result;
        private final Matrix leftMatrix;
        private final Matrix rightMatrix;
        private final Matrix resultMatrix;
        private final FloatPointer nativeLeft;
        private final FloatPointer nativeRight;
        private final FloatPointer nativeResult;

        Both(Shape shape) {
            this.shape = shape;
            left = numbers(shape.rows * shape.inner, 1);
            right = numbers(shape.inner * shape.columns, 2);
            result = new float[shape.rows * shape.columns];
            leftMatrix = matrix(left, shape.rows, shape.inner, shape.leftTransposed);
            rightMatrix = matrix(right, shape.inner, shape.columns, shape.rightTransposed);
            resultMatrix = Matrix.view(result, 0, shape.rows, shape.columns);
            nativeLeft = new FloatPointer(left);
            nativeRight = new FloatPointer(right);
            nativeResult = new FloatPointer((long) result.length);
        }

        private static Matrix matrix(float[] numbers, int rows, int columns, boolean transposed) {
            return transposed
                    ? Matrix.view(numbers, 0, columns, rows).transposed()
                    : Matrix.view(numbers, 0, rows, columns);
        }

        /** Of both signs, as weights and deltas are. */
        private static float[] numbers(int count, int index) {
            RandomStream random = RandomStream.of(1, RandomStream.Purpose.GRADIENT_CHECK, count, index);
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = (float) (2 * random.nextUniform() - 1);
            }
            return numbers;
        }

        void exact() {
            products.multiply(resultMatrix, leftMatrix, rightMatrix);
        }

        void openBlas() {
            openblas_nolapack.cblas_sgemm(
                    openblas_nolapack.CblasColMajor,
                    shape.leftTransposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                    shape.rightTransposed ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                    shape.rows,
                    shape.columns,
                    shape.inner,
                    1f,
                    nativeLeft,
                    shape.leftTransposed ? shape.inner : shape.rows,
                    nativeRight,
                    shape.rightTransposed ? shape.columns : shape.inner,
                    0f,
                    nativeResult,
                    shape.rows);
        }

        void addTo(Table table, InTurns turns) {
            float[] ofOpenBlas = new float[result.length];
            nativeResult.get(ofOpenBlas);
            table.add(
                    shape.name,
                    shape,
                    shape.gigaflops(turns.micros(0)),
                    shape.gigaflops(turns.micros(1)),
                    turns.ratio(1, 0),
                    worstError(result),
                    worstError(ofOpenBlas));
        }

        private double worstError(float[] product) {
            double worst = 0;
            int leftRow = shape.leftTransposed ? shape.inner : 1;
            int leftInner = shape.leftTransposed ? 1 : shape.rows;
            int rightInner = shape.rightTransposed ? shape.columns : 1;
            int rightColumn = shape.rightTransposed ? 1 : shape.inner;
            for (int column = 0; column < shape.columns; column++) {
                for (int row = 0; row < shape.rows; row++) {
                    double sum = 0;
                    double magnitudes = 0;
                    for (int k = 0; k < shape.inner; k++) {
                        double term = (double) left[row * leftRow + k * leftInner]
                                * right[k * rightInner + column * rightColumn];
                        sum += term;
                        magnitudes += Math.abs(term);
                    }
                    double error = Math.abs(product[row + column * shape.rows] - sum);
                    worst = Math.max(worst, error / (ROUNDING * magnitudes));
                }
            }
            return worst;
        }
    }
}
