package io.lockstep.training;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, so that all of it is said at once. */
public final class Problems {
    /**
     * A value that is out of its range.
     *
     * @param option without dashes
     */
    public record Problem(String option, String message) {}

    private final List<Problem> problems = new ArrayList<>();

    void expect(boolean holds, String option, String expected, Object found) {
        if (!holds) {
            add(option, "expected " + expected + ", found " + found);
        }
    }

    void add(String option, String message) {
        problems.add(new Problem(option, "--" + option + ": " + message));
    }

    void expectNoCredentials(String option, String locations) {
        Credentials.problem(option, locations).ifPresent(message -> problems.add(new Problem(option, message)));
    }

    List<Problem> all() {
        return List.copyOf(problems);
    }
}
