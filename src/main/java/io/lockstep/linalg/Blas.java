package io.lockstep.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;

/** The BLAS of this JVM: the one that Breeze itself calls, as far as it gives the same bits every time. */
public final class Blas {
    private static final String VECTOR_BLAS = "VectorBLAS";
    private static final String PLAIN_BLAS = "dev.ludovic.netlib.blas.Java11BLAS";
    private static final int LAST_JAVA_WITH_ORDERED_REDUCTION = 17;

    private static final BLAS INSTANCE = choose();

    private Blas() {}

    static BLAS instance() {
        return INSTANCE;
    }

    /** What runs here, for example {@code VectorBLAS (Java 17)}: JVMs that differ in it may round differently. */
    public static String description() {
        String kind = INSTANCE instanceof NativeBLAS
                ? "native"
                : "Java " + Runtime.version().feature();
        return INSTANCE.getClass().getSimpleName() + " (" + kind + ")";
    }

    /**
     * The Vector API leaves open in which order a vector's lanes are summed. Java 17 sums them in order, interpreted or
     * compiled; Java 25 was seen to give other bits once a product had been compiled.
     */
    private static BLAS choose() {
        BLAS breeze = BLAS.getInstance();
        boolean vector = breeze.getClass().getSimpleName().equals(VECTOR_BLAS);
        return vector && Runtime.version().feature() > LAST_JAVA_WITH_ORDERED_REDUCTION ? plain() : breeze;
    }

    private static JavaBLAS plain() {
        try {
            var getInstance = Class.forName(PLAIN_BLAS).getMethod("getInstance");
            getInstance.setAccessible(true); // the class is not public, and what is public prefers the Vector API
            return (JavaBLAS) getInstance.invoke(null);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("expected " + PLAIN_BLAS + " in the netlib that Spark brings", failure);
        }
    }
}
