package io.lockstep.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * The OpenBLAS that travels in the jar. JavaCPP unpacks and loads it, and netlib, through which Breeze computes, is told
 * where it is: both then share one loaded library.
 */
final class OpenBlas {
    private static final String NETLIB_LIBRARY_PATH = "dev.ludovic.netlib.blas.nativeLibPath";
    private static final String UNPACK_DIRECTORY = "org.bytedeco.javacpp.cachedir";
    private static final String KERNEL_VARIABLE = "OPENBLAS_CORETYPE";
    private static final String LIBRARY = "openblas_nolapack@.0";

    private OpenBlas() {}

    /**
     * Loads the library for netlib; a library that somebody has named to netlib already is left as it is.
     *
     * @throws UnsatisfiedLinkError if there is none for this platform, or it cannot be unpacked or loaded
     */
    static BLAS load() {
        try {
            if (System.getProperty(NETLIB_LIBRARY_PATH) != null) {
                return NativeBLAS.getInstance();
            }
            // JavaCPP would go to a place in the temporary directory that anybody can foresee and fill before.
            try (NativeDirectory directory = NativeDirectory.open()) {
                System.setProperty(UNPACK_DIRECTORY, directory.path().toString());
                Loader.load(openblas_nolapack.class);
                System.setProperty(
                        NETLIB_LIBRARY_PATH, Loader.getLoadedLibraries().get(LIBRARY));
                // Spark runs one task a core; further threads of OpenBLAS would only compete with them.
                org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
                return NativeBLAS.getInstance();
            }
        } catch (IOException | RuntimeException | LinkageError failure) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("OpenBLAS cannot be loaded: " + failure);
            error.initCause(failure);
            throw error;
        }
    }

    /** Version and kernel; without {@code OPENBLAS_CORETYPE} the library takes that of the processor. */
    static String description() {
        String kernel = System.getenv(KERNEL_VARIABLE);
        return openblas_nolapack.OPENBLAS_VERSION.strip() + ", kernel "
                + (kernel == null ? "of the processor" : kernel);
    }
}
