package io.lockstep.linalg;

/** The JVM's Vector API, an incubator module that a JVM has only if it was started with it. */
final class VectorApi {
    /** What is wrong where it is not there. */
    static final String MISSING = "no Vector API (--add-modules=jdk.incubator.vector is missing)";

    private VectorApi() {}

    static boolean isThere() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
