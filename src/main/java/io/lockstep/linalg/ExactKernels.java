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
    private static final String VECTOR_API = "jdk.incubator.vector";
    private static final Optional<MethodHandle> VECTOR_KERNELS = findVectorKernels();

    private ExactKernels() {}

    static Kernels create() {
        return VECTOR_KERNELS.map(ExactKernels::invoke).orElseGet(PlainKernels::new);
    }

    private static Kernels invoke(MethodHandle constructor) {
        try {
            return (Kernels) constructor.invoke();
        } catch (Throwable impossible) {
            throw new IllegalStateException("cannot create " + constructor, impossible);
        }
    }

    /** By name, so that only a JVM with the Vector API loads a class that needs it. One warning a JVM if there is none. */
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
