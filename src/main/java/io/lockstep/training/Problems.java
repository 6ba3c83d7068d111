package io.lockstep.training;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects what is wrong with a configuration, so that all of it is said at once. */
public final class Problems {
    /**
     * A value that is out of its range.
     *
     * @param option without dashes
     */
    public record Problem(String option, String message) {}

    private static final Pattern CREDENTIALS = Pattern.compile("://[^/@]*:[^/@]*@|^s3[an]?://[^@]*:[^@]*@");

    private final List<Problem> problems = new ArrayList<>();

    void expect(boolean holds, String option, String expected, Object found) {
        if (!holds) {
            problems.add(new Problem(option, "--" + option + ": expected " + expected + ", found " + found));
        }
    }

    /** Locations are recorded and logged, so they must not carry a password. */
    void expectNoCredentials(String option, String location) {
        if (CREDENTIALS.matcher(location).find()) {
            problems.add(new Problem(
                    option, "--" + option + ": expected a location without credentials, found one with a password"));
        }
    }

    List<Problem> all() {
        return List.copyOf(problems);
    }
}
