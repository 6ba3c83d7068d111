package io.lockstep.cli;

import io.lockstep.LockstepException;

/** The exit codes of the process. */
final class ExitCode {
    static final int SUCCESS = 0;
    static final int FAILED = 1;
    static final int WRONG_CONFIGURATION = 2;
    static final int BAD_DATA = 3;
    static final int DIVERGED = 4;
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(LockstepException failure) {
        return switch (failure.kind()) {
            case CONFIGURATION -> WRONG_CONFIGURATION;
            case DATA -> BAD_DATA;
            case DIVERGED -> DIVERGED;
            case INTERRUPTED -> INTERRUPTED;
        };
    }
}
