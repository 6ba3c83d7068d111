package io.lockstep.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;

/** The BLAS of this JVM: the one that Breeze itself calls, so that every product of a run is rounded alike. */
public final class Blas {
    private static final BLAS INSTANCE = BLAS.getInstance();

    private Blas() {}

    static BLAS instance() {
        return INSTANCE;
    }

    /** What runs here, for example {@code VectorBLAS (Java)}: JVMs that differ in it may round differently. */
    public static String description() {
        String kind = INSTANCE instanceof NativeBLAS ? "native" : "Java";
        return INSTANCE.getClass().getSimpleName() + " (" + kind + ")";
    }
}
