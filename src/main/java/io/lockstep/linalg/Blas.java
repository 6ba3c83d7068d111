package io.lockstep.linalg;

import dev.ludovic.netlib.blas.BLAS;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A BLAS implementation. Within one JVM, an implementation always rounds the same way. */
public final class Blas {
    /** Which library is asked for. */
    public enum Choice {
        /** The fastest that is there. */
        AUTO,
        /** OpenBLAS. */
        NATIVE,
        /** Java with the Vector API. */
        VECTOR,
        /** Plain Java: the same bits on every machine. */
        JAVA;

        /** The name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Blas.class);
    private static final String PLAIN_BLAS = "Java11BLAS";
    private static final String VECTOR_BLAS = "VectorBLAS";
    private static final int LAST_JAVA_WITH_ORDERED_REDUCTION = 17;

    private final BLAS library;
    private final String description;

    private Blas(BLAS library, String description) {
        this.library = library;
        this.description = description;
    }

    /** The library for a choice; where it is not to be had, the next best, and one warning a JVM. */
    public static Blas of(Choice choice) {
        return switch (choice) {
            case AUTO, NATIVE -> Native.INSTANCE;
            case VECTOR -> Vector.INSTANCE;
            case JAVA -> Plain.INSTANCE;
        };
    }

    BLAS library() {
        return library;
    }

    /** What computes here, for example {@code VectorBLAS on Java 17}: JVMs that differ in it may round differently. */
    public String description() {
        return description;
    }

    // Each holder loads its library when it is first asked for, once a JVM.

    private static final class Native {
        private static final Blas INSTANCE = load();

        private static Blas load() {
            try {
                return new Blas(OpenBlas.load(), OpenBlas.description());
            } catch (UnsatisfiedLinkError failure) {
                LOG.warn(
                        "no native arithmetic: {}; Java's takes several times as long (--blas vector or java says that this"
                                + " is intended)",
                        failure.getMessage());
                return Vector.INSTANCE;
            }
        }
    }

    private static final class Vector {
        private static final Blas INSTANCE = load();

        /**
         * The Vector API leaves open in which order a vector's lanes are summed. Java 17 sums them in order, interpreted
         * or compiled; Java 25 was seen to give other bits once a product had been compiled.
         */
        private static Blas load() {
            if (!VectorApi.isThere()) {
                LOG.warn("{}; plain Java takes about four times as long", VectorApi.MISSING);
                return Plain.INSTANCE;
            }
            if (Runtime.version().feature() > LAST_JAVA_WITH_ORDERED_REDUCTION) {
                LOG.warn(
                        "the Vector API of Java {} does not give the same bits every time; using plain Java, which takes"
                                + " about four times as long",
                        Runtime.version().feature());
                return Plain.INSTANCE;
            }
            return new Blas(
                    netlib(VECTOR_BLAS),
                    VECTOR_BLAS + " on Java " + Runtime.version().feature());
        }
    }

    private static final class Plain {
        private static final Blas INSTANCE = new Blas(netlib(PLAIN_BLAS), "plain Java");
    }

    /**
     * Instantiates a netlib class by name. netlib's own factory picks an implementation once per JVM, and would look for a
     * native library before we have set its path.
     */
    private static BLAS netlib(String className) {
        try {
            var getInstance =
                    Class.forName(BLAS.class.getPackageName() + "." + className).getMethod("getInstance");
            getInstance.setAccessible(true);
            return (BLAS) getInstance.invoke(null);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("expected " + className + " in the netlib that Spark brings", failure);
        }
    }
}
