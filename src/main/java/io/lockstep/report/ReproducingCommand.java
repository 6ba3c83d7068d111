package io.lockstep.report;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The command that makes a run again, as a shell reads it. */
final class ReproducingCommand {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+:,./-]+");
    private static final Set<String> OTHERWISE = Set.of("resume", "output", "dry-run", "tensorboard", "track");

    private ReproducingCommand() {}

    /**
     * One option a line. It names all options, so that another default of another version does not matter, and another
     * directory, because there is a run in this one.
     *
     * @param config the value of each option by its name
     */
    static String of(Map<String, Object> config) {
        StringBuilder command = new StringBuilder("submit/local.sh train");
        config.forEach((option, value) -> {
            if (!OTHERWISE.contains(option) && !Boolean.FALSE.equals(value)) {
                command.append(" \\\n  --").append(option);
                if (!Boolean.TRUE.equals(value)) {
                    command.append(' ').append(quoted(value.toString()));
                }
            }
        });
        return command.append(" \\\n  --output ")
                .append(quoted(config.getOrDefault("output", "run") + "-again"))
                .toString();
    }

    /** In single quotes unless every shell leaves it as it is. */
    static String quoted(String value) {
        return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
    }
}
