package io.lockstep.training;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds secrets in a location, or in any of a list of locations. Locations are logged and recorded in {@code run.json},
 * so they must not carry any.
 */
public final class Credentials {
    /** Of a URI; inside of a path, two slashes mean no more than one. */
    private static final String AUTHORITY = "(?<![^\\s,:{])//";

    /** {@code TOKEN@host}; where a container of Azure is named like that, it is not a secret. */
    private static final String USER = "(?<!(?:abfss?|wasbs?)://)[^/?#@,\\s]*@";

    /** {@code name:password@host}; a password may hold slashes and commas, and a port is none. */
    private static final String PASSWORD = "[^/?#@,\\s\\[]*:(?!\\d{1,5}(?:[/?#,\\s]|$))[^@]*@";

    private static final String PARAMETER = "[?&;#](?:sig|sas|key|pwd|pass|auth"
            + "|[^=/?&;#]*(?:signature|token|passw|secret|credential|access[-_.]?key|access[-_.]?id|api[-_.]?key"
            + "|key[-_.]?pair|authorization|delegation|jwt)[^=/?&;#]*)=";

    private static final Pattern SECRET =
            Pattern.compile(AUTHORITY + "(?:" + USER + "|" + PASSWORD + ")|" + PARAMETER, Pattern.CASE_INSENSITIVE);

    private Credentials() {}

    /**
     * The message if there are credentials in what an option gives, without repeating them.
     *
     * @param option without dashes
     * @param locations paths or URIs, separated by commas
     */
    public static Optional<String> problem(String option, String locations) {
        return SECRET.matcher(locations).find()
                ? Optional.of(
                        "--" + option + ": expected a location without credentials, found a user, password, token or"
                                + " signature in it; give them to Spark instead, as spark.hadoop.fs.… in a file that only you read")
                : Optional.empty();
    }
}
