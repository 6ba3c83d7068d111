package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.training.Option;
import io.lockstep.training.Options;
import io.lockstep.training.Options.Declaration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that a configuration record declares, on the command line. */
final class ConfigOptions {
    private ConfigOptions() {}

    /** Adds all options of a configuration to a command, in the order of their declarations. */
    static void addTo(CommandSpec command, Class<? extends Record> config) {
        int order = command.options().size();
        for (Declaration declaration : Options.of(config)) {
            command.addOption(spec(declaration, order++));
        }
    }

    /**
     * The values of the options that were given.
     *
     * @param problem hears the name of each option whose value cannot be read, and why
     */
    static Map<String, Object> given(
            ParseResult parsed, Class<? extends Record> config, BiConsumer<String, String> problem) {
        Map<String, Object> given = new LinkedHashMap<>();
        for (Declaration declaration : Options.of(config)) {
            Object value = parsed.matchedOptionValue(argument(declaration), (Object) null);
            if (value != null) {
                try {
                    given.put(declaration.name(), declaration.parse(value.toString()));
                } catch (IllegalArgumentException unreadable) {
                    problem.accept(declaration.name(), argument(declaration) + ": " + unreadable.getMessage());
                }
            }
        }
        return given;
    }

    /**
     * The configuration that a command was given, with defaults for the rest.
     *
     * @throws LockstepException of kind {@code CONFIGURATION} that says of all values that cannot be read, why
     */
    static <R extends Record> R create(CommandSpec command, Class<R> config) {
        ParseResult parsed = command.commandLine().getParseResult();
        List<String> messages = new ArrayList<>(FileNames.problems(parsed));
        Map<String, Object> given = given(parsed, config, (option, message) -> messages.add(message));
        if (!messages.isEmpty()) {
            throw LockstepException.configuration(String.join("\n", messages));
        }
        return Options.create(config, given);
    }

    private static OptionSpec spec(Declaration declaration, int order) {
        Option option = declaration.option();
        OptionSpec.Builder spec = OptionSpec.builder(argument(declaration))
                .order(order)
                .required(option.required())
                .description(description(declaration));
        if (declaration.isFlag()) {
            return spec.type(boolean.class)
                    .arity("0")
                    .showDefaultValue(Visibility.NEVER)
                    .build();
        }
        if (declaration.candidates().equals(List.of("true", "false"))) {
            spec.arity("0..1").fallbackValue("true");
        }
        return spec.type(String.class).paramLabel(option.label()).build();
    }

    /** The default is text, not picocli's: what has picocli's counts as given. */
    private static String[] description(Declaration declaration) {
        List<String> lines = new ArrayList<>();
        for (String line : declaration.option().description()) {
            lines.add(line.replace("${CANDIDATES}", String.join(", ", declaration.candidates()))
                    .replace("%", "%%"));
        }
        String defaultValue = declaration.option().defaultValue();
        if (!defaultValue.isEmpty()) {
            lines.add("  Default: " + defaultValue);
        }
        return lines.toArray(String[]::new);
    }

    private static String argument(Declaration declaration) {
        return "--" + declaration.name();
    }
}
