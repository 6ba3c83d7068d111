package io.lockstep.cli;

import io.lockstep.training.Option.Effect;
import io.lockstep.training.Options;
import io.lockstep.training.Options.Declaration;
import io.lockstep.training.ScoringConfig;
import io.lockstep.training.TrainingConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.text.WordUtils;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes {@code docs/configuration.md}: every option of every command, from what declares it. */
final class ConfigurationReference {
    private static final Map<String, Class<? extends Record>> CONFIGS = Map.of(
            "train", TrainingConfig.class,
            "predict", ScoringConfig.Prediction.class,
            "evaluate", ScoringConfig.Evaluation.class);

    /** In a description, what follows is a default in words. */
    private static final String DEFAULT = "Default: ";

    private static final String OPENING = """
            # Configuration

            Every option of every command. This page is written by the build, from the declarations that the program
            itself reads; to change it, change those, and run

            ```
            mvn test -Dtest=ConfigurationReferenceTest -Dlockstep.docs.update
            ```

            An option is given as `--epochs 14` or `--epochs=14`. Ranges are intervals: `[0, 1)` is from 0 to below 1,
            and `[1, )` from 1 without end. Names in lists are separated by commas; a backslash takes away the meaning
            of the next character. `submit/local.sh COMMAND --help` shows the same, as the installed version has it.

            Options of spark-submit, such as `--master` and `--driver-memory`, go before the command, and are
            described in Spark's own documentation.
            """;

    private static final String TRAIN = """

            Each option but `--config` is also a key of the properties file that `--config` names, without the dashes:
            `batch-size = 512`. An option on the command line wins over the file, and the file over the default.
            Unknown keys, keys that are there twice and values out of range are errors, and all of them are reported
            at once. The file is read as UTF-8; in it, a backslash is written twice.

            *In the result* says whether the value itself has a part in the weights. A run resumes only with the same
            values of those options, except for a larger `--epochs` where the learning rate does not depend on it. The
            others say where, when and by what the work is done; of data and of a model to begin with, the content is
            compared, and not where they lie ([safety.md](safety.md#going-on)).
            """;

    private static final int LINE_LENGTH = 120;

    private ConfigurationReference() {}

    static String text() {
        StringBuilder text = new StringBuilder(OPENING);
        Main.commandLine().getSubcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            if (!spec.usageMessage().hidden() && !spec.helpCommand()) {
                text.append(section(spec));
            }
        });
        return text.toString();
    }

    private static String section(CommandSpec command) {
        StringBuilder text = new StringBuilder("\n## " + command.name() + "\n\n");
        text.append(Arrays.stream(command.usageMessage().description())
                        .filter(line -> !line.isEmpty())
                        .map(ConfigurationReference::escaped)
                        .map(line -> WordUtils.wrap(line, LINE_LENGTH, "\n", false))
                        .collect(Collectors.joining("\n\n")))
                .append('\n');
        if (!command.positionalParameters().isEmpty()) {
            text.append("\n| argument | what it is |\n|---|---|\n");
            command.positionalParameters().forEach(argument -> text.append(row(argument)));
        }
        if (command.name().equals("train")) {
            text.append(TRAIN);
        }
        Map<String, Declaration> declared = declared(command);
        groups(command).forEach((title, options) -> {
            boolean effects = options.stream().anyMatch(option -> declared.containsKey(ConfigFile.key(option)))
                    && command.name().equals("train");
            text.append(title.isEmpty() ? "\n" : "\n### " + title + "\n\n");
            text.append("| option | value | default | ")
                    .append(effects ? "in the result | what it does |\n|---" : "what it does |\n")
                    .append("|---|---|---|---|\n");
            options.forEach(option -> text.append(row(option, declared.get(ConfigFile.key(option)), effects)));
        });
        return text.toString();
    }

    private static Map<String, Declaration> declared(CommandSpec command) {
        Class<? extends Record> config = CONFIGS.get(command.name());
        return config == null
                ? Map.of()
                : Options.of(config).stream().collect(Collectors.toMap(Declaration::name, declaration -> declaration));
    }

    /** By title; all under an empty title where the help has no groups either. */
    private static Map<String, List<OptionSpec>> groups(CommandSpec command) {
        List<OptionSpec> options = command.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .toList();
        if (!command.name().equals("train")) {
            return Map.of("", options);
        }
        Map<String, String> titles = OptionGroups.of(TrainingConfig.class).titles();
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        Stream.concat(titles.values().stream().distinct(), Stream.of(OptionGroups.OTHERS))
                .forEach(title -> groups.put(title, new ArrayList<>()));
        options.forEach(option -> groups.get(titles.getOrDefault(ConfigFile.key(option), OptionGroups.OTHERS))
                .add(option));
        return groups;
    }

    private static String row(PositionalParamSpec argument) {
        String more = argument.arity().max() > 1 ? "…" : "";
        return line(
                "`" + argument.paramLabel() + more + "`" + (argument.arity().min() == 0 ? ", if given" : ""),
                description(argument.description()));
    }

    private static String row(OptionSpec option, Declaration declared, boolean effects) {
        List<String> cells = new ArrayList<>(List.of("`" + option.longestName() + "`", value(option, declared)));
        cells.add(defaultValue(option, declared));
        if (effects) {
            cells.add(declared != null && declared.option().effect() == Effect.RESULT ? "yes" : "no");
        }
        cells.add(description(option.description()));
        return line(cells.toArray(String[]::new));
    }

    private static String value(OptionSpec option, Declaration declared) {
        if (option.arity().max() == 0) {
            return "none";
        }
        String range = declared == null ? "" : declared.option().range();
        return "`" + option.paramLabel() + "`" + (range.isEmpty() ? "" : " in " + range);
    }

    private static String defaultValue(OptionSpec option, Declaration declared) {
        if (option.required()) {
            return "must be given";
        }
        if (declared != null && !declared.option().defaultValue().isEmpty()) {
            return "`" + declared.option().defaultValue() + "`";
        }
        if (option.arity().max() == 0) {
            return "off";
        }
        String description = joined(option.description());
        int words = description.indexOf(DEFAULT);
        if (words >= 0) {
            return description.substring(words + DEFAULT.length()).replaceFirst("\\.$", "");
        }
        return option.initialValue() == null ? "none" : "`" + Options.text(option.initialValue()) + "`";
    }

    private static String description(String[] lines) {
        String text = joined(lines);
        int words = text.indexOf(DEFAULT);
        return words < 0 ? text : text.substring(0, words).strip();
    }

    private static String joined(String[] lines) {
        return Arrays.stream(lines).map(ConfigurationReference::escaped).collect(Collectors.joining(" "));
    }

    /** What picocli formats, as text of a Markdown table. */
    private static String escaped(String text) {
        String plain = CommandLine.Help.Ansi.OFF
                .string(String.format(Locale.ROOT, text))
                .strip();
        StringBuilder escaped = new StringBuilder();
        plain.chars()
                .forEach(c -> escaped.append("\\`*_|<>[]{}".indexOf(c) >= 0 ? "\\" : "")
                        .append((char) c));
        return escaped.toString();
    }

    private static String line(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
