package io.lockstep.linalg;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the fastest kernels that this JVM has. */
final class ExactKernels {
    private static final Logger LOG = LoggerFactory.getLogger(ExactKernels.class);
    /** A system property that names the only kernels to use, vector or plain, so that tests can compare them. */
    private static final String ONLY = "lockstep.kernels";

    private static final String VECTOR_API = "jdk.incubator.vector";
    private static final Optional<MethodHandle> VECTOR_KERNELS = findVectorKernels();

    private ExactKernels() {}

    /** Those that are fast now, and will be: the same bits either way. */
    static Kernels create() {
        String only = System.getProperty(ONLY, "");
        Optional<Kernels> vector = only.equals("plain") ? Optional.empty() : vectorKernels();
        return vector.map(kernels -> only.equals("vector") ? kernels : switching(kernels))
                .orElseGet(PlainKernels::new);
    }

    private static Kernels switching(Kernels kernels) {
        return new SwitchingKernels(Holder.WARM_UP, new PlainKernels(), kernels);
    }

    /** Has Java compile kernels before the first product needs them. */
    static void warmUp() {
        if (VECTOR_KERNELS.isPresent() && System.getProperty(ONLY) == null) {
            Holder.WARM_UP.isDone();
        }
    }

    /** With the Vector API, if there is one. */
    static Optional<Kernels> vectorKernels() {
        return VECTOR_KERNELS.map(ExactKernels::invoke);
    }

    /** Once a JVM, when it is first asked for. */
    private static final class Holder {
        private static final WarmUp WARM_UP = WarmUp.start(() -> vectorKernels().orElseThrow());
    }

    private static Kernels invoke(MethodHandle constructor) {
        try {
            return (Kernels) constructor.invoke();
        } catch (Throwable impossible) {
            throw new IllegalStateException("cannot create " + constructor, impossible);
        }
    }

    /**
     * By name, so that only a JVM with the Vector API loads a class that needs it. One warning a JVM if there is none.
     */
    private static Optional<MethodHandle> findVectorKernels() {
        if (!Fma.IS_INSTRUCTION) {
            LOG.warn(
                    "this processor has no fused multiply-add, or Java does not use it: the bits are the same, but products"
                            + " take many times as long");
            return Optional.empty();
        }
        if (ModuleLayer.boot().findModule(VECTOR_API).isEmpty()) {
            LOG.warn(
                    "no Vector API, because --add-modules={} is missing: the bits are the same, but products take up to"
                            + " twice as long",
                    VECTOR_API);
            return Optional.empty();
        }
        try {
            Class<?> kernels = Class.forName(ExactKernels.class.getPackageName() + ".VectorKernels");
            return Optional.of(MethodHandles.lookup().findConstructor(kernels, MethodType.methodType(void.class)));
        } catch (ReflectiveOperationException | LinkageError failure) {
            LOG.warn(
                    "the Vector API cannot be used: the bits are the same, but products take up to twice as long",
                    failure);
            return Optional.empty();
        }
    }
}
