package io.lockstep.linalg;

import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The product of a matrix with one of mostly zeros: column j of the target is Σ_k right_kj · (column k of left). Every way to
 * compute it gives the same bits, see {@link SparseMatrix}.
 */
@FunctionalInterface
interface SparseProduct {
    /** target ← left · right, of shapes that fit; neither {@code target} nor {@code left} is a transpose. */
    void compute(Matrix target, Matrix left, SparseMatrix right);

    /** The fastest that there is in this JVM. */
    static SparseProduct fastest() {
        return Fastest.INSTANCE;
    }

    /** In plain Java, a column at a time in arrays of its own: Java 17 vectorises loops over whole arrays only. */
    static SparseProduct plain() {
        return (target, left, right) -> {
            int length = target.rows();
            float[] sum = new float[length];
            float[] addend = new float[length];
            for (int column = 0; column < right.columns(); column++) {
                Arrays.fill(sum, 0f);
                for (int i = right.start(column); i < right.start(column + 1); i++) {
                    System.arraycopy(left.data(), left.offset() + right.rowIndices()[i] * length, addend, 0, length);
                    Vectors.addMultipleInPlace(sum, right.values()[i], addend);
                }
                System.arraycopy(sum, 0, target.data(), target.offset() + column * length, length);
            }
        };
    }

    /** Found when it is first asked for, once a JVM. */
    final class Fastest {
        private static final String WITH_VECTOR_API = "io.lockstep.linalg.VectorSparseProduct";
        private static final Logger LOG = LoggerFactory.getLogger(SparseProduct.class);
        private static final SparseProduct INSTANCE = find();

        private Fastest() {}

        /** By name, so that only a JVM with the Vector API loads a class that needs it. */
        private static SparseProduct find() {
            if (!VectorApi.isThere()) {
                LOG.warn("{}; products with matrices of mostly zeros take twice as long", VectorApi.MISSING);
                return plain();
            }
            try {
                return (SparseProduct)
                        Class.forName(WITH_VECTOR_API).getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException failure) {
                throw new IllegalStateException("expected " + WITH_VECTOR_API + " in this jar", failure);
            }
        }
    }
}
