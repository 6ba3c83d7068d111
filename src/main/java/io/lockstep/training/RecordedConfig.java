package io.lockstep.training;

import io.lockstep.LockstepException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The configuration of a run, from its record. */
public final class RecordedConfig {
    private RecordedConfig() {}

    /**
     * The same training from the beginning, into another directory.
     *
     * @throws LockstepException of kind {@code CONFIGURATION} if this version cannot train so
     */
    public static TrainingConfig of(RunRecord record, String output) {
        Map<String, Object> given = new HashMap<>();
        Set<String> unknown = new TreeSet<>(record.config().keySet());
        Set<String> problems = new LinkedHashSet<>();
        for (Options.Declaration option : Options.of(TrainingConfig.class)) {
            Object value = record.config().get(option.name());
            unknown.remove(option.name());
            if (value != null && !option.name().equals("resume")) {
                try {
                    given.put(option.name(), option.parse(value.toString()));
                } catch (IllegalArgumentException unreadable) {
                    problems.add("--" + option.name() + ": " + unreadable.getMessage());
                }
            }
        }
        unknown.forEach(option -> problems.add("--" + option + " is no option of this version"));
        given.put("output", output);
        TrainingConfig config = TrainingConfig.of(given);
        config.problems().forEach(problem -> problems.add(problem.message()));
        if (!problems.isEmpty()) {
            throw LockstepException.configuration(problems.stream()
                    .map(problem -> RunRecord.FILE + " of Lockstep "
                            + record.environment().lockstep() + ": " + problem)
                    .collect(Collectors.joining("\n")));
        }
        return config;
    }
}
