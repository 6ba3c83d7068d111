package io.lockstep.distributed;

/** Throws on one thread what another has caught. */
final class Rethrow {
    private Rethrow() {}

    /** Throws it as it is, whatever it is, so that Spark sees what kind of failure it was; nothing if there is none. */
    static void ifAny(Throwable caught) {
        if (caught != null) {
            Rethrow.<RuntimeException>undeclared(caught);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void undeclared(Throwable caught) throws T {
        throw (T) caught;
    }
}
