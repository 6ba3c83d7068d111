package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Links of all pages lead somewhere, and the commands in them are commands. {@code DocumentedCommandsIT} runs them. */
class DocumentationTest {
    /** And how many words of their own they have first. */
    private static final Map<String, Integer> SCRIPTS = Map.of(
            "submit/local.sh",
            0,
            "submit/standalone.sh",
            1,
            "submit/yarn.sh",
            0,
            "submit/k8s.sh",
            2,
            "submit/lockstep",
            0,
            "lockstep",
            0,
            "spark-submit",
            0);

    /** Of spark-submit, Java and others, which pages name too. */
    private static final Set<String> OPTIONS_OF_OTHERS = Set.of(
            "--logdir",
            "--deploy-mode",
            "--files",
            "--num-executors",
            "--executor-cores",
            "--supervise",
            "--packages",
            "--master",
            "--driver-memory",
            "--executor-memory",
            "--conf",
            "--driver-class-path",
            "--jars",
            "--add-modules");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]*");
    private static final Pattern METHOD = Pattern.compile("`(\\w+)\\.(\\w+)`");

    static Stream<Markdown> pages() throws IOException {
        return Markdown.pages().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Markdown page) throws IOException {
        for (Markdown.Link link : page.links()) {
            if (link.target().matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = link.target().split("#", 2);
            Path top =
                    page.file().getParent() == null ? Path.of("") : page.file().getParent();
            Path target =
                    parts[0].isEmpty() ? page.file() : top.resolve(parts[0]).normalize();
            assertThat(target).as("link %s of %s", link, page).exists();
            if (parts.length == 2) {
                assertThat(Markdown.read(target).anchors())
                        .as("link %s of %s", link, page)
                        .contains(parts[1]);
            }
        }
    }

    /** A link whose text is {@code Class.method} leads to the file of the class, and the method is in it. */
    @ParameterizedTest
    @MethodSource("pages")
    void everyMethodThatIsLinkedToIsThere(Markdown page) throws IOException {
        for (Markdown.Link link : page.links()) {
            if (link.target().endsWith(".java")) {
                Path file = page.file().resolveSibling(link.target()).normalize();
                var method = METHOD.matcher(link.text());
                if (method.matches()) {
                    assertThat(file).hasFileName(method.group(1) + ".java");
                    assertThat(file).content().contains(" " + method.group(2) + "(");
                } else {
                    assertThat(link.text())
                            .contains(file.getFileName().toString().replace(".java", ""));
                }
            }
        }
    }

    @Test
    void driversAndExecutorsHaveTheSameJavaOptionsEverywhere() throws IOException {
        Properties defaults = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("conf/spark-defaults.conf"))) {
            defaults.load(file);
        }
        String options = defaults.getProperty("spark.driver.extraJavaOptions").replaceAll("\\s+", " ");
        assertThat(defaults.getProperty("spark.executor.extraJavaOptions")).isEqualToNormalizingWhitespace(options);
        String kubernetes = Files.readString(Path.of("submit/k8s/spark-application.yaml"));
        assertThat(kubernetes.replaceAll("\\s+", " ").split(Pattern.quote("javaOptions: >- " + options + " "), -1))
                .as("driver and executor")
                .hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandIsUnderstood(Markdown page) {
        Stream.concat(page.commands().stream(), page.code().stream())
                .filter(command -> !command.contains("…"))
                .map(Markdown::words)
                .filter(words -> words.size() > 1 && SCRIPTS.containsKey(words.get(0)))
                .forEach(words -> understand(page, words));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyOptionThatIsNamedIsOne(Markdown page) {
        Set<String> known = Stream.concat(
                        Stream.of(Main.commandLine()), Main.commandLine().getSubcommands().values().stream())
                .map(CommandLine::getCommandSpec)
                .flatMap(command -> command.options().stream())
                .flatMap(option -> Stream.of(option.names()))
                .collect(Collectors.toSet());
        List<String> unknown = page.code().stream()
                .filter(code -> code.startsWith("--"))
                .flatMap(code -> OPTION.matcher(code).results().map(match -> match.group()))
                .filter(option -> !OPTIONS_OF_OTHERS.contains(option) && !known.contains(option))
                .toList();
        assertThat(unknown).as("options of no command, in %s", page).isEmpty();
    }

    private static void understand(Markdown page, List<String> words) {
        List<String> arguments = withoutSpark(words);
        if (arguments.isEmpty() || arguments.get(0).matches("[A-Z]+|-.*")) {
            return; // a form such as COMMAND [options], or a help
        }
        CommandLine root = Main.commandLine();
        assertThat(root.getSubcommands()).as("%s: %s", page, words).containsKey(arguments.get(0));
        CommandSpec command = root.getSubcommands().get(arguments.get(0)).getCommandSpec();
        command.parser().collectErrors(true);
        ParseResult parsed = root.parseArgs(arguments.toArray(String[]::new)).subcommand();
        String config = parsed.matchedOptionValue("--config", null);
        if (config != null && Files.exists(Path.of(config))) {
            ConfigFile file = ConfigFile.read(config, new Configuration(false));
            assertThat(file.problems(command)).as("%s: %s", page, words).isEmpty();
            List<String> all = new ArrayList<>(arguments);
            all.addAll(file.argumentsBeside(parsed));
            parsed = root.parseArgs(all.toArray(String[]::new)).subcommand();
        }
        assertThat(parsed.errors())
                .as("%s: %s", page, words)
                .filteredOn(error -> config == null || !error.getMessage().contains("Missing required"))
                .isEmpty();
    }

    /** What is behind the script, the options of spark-submit and the jar. */
    private static List<String> withoutSpark(List<String> words) {
        int at = 1;
        if (words.get(at).equals("--dry-run")) {
            at++;
        }
        at += SCRIPTS.get(words.get(0));
        while (at < words.size()
                && words.get(at).startsWith("-")
                && !words.get(at).matches("--help|--version")) {
            at += words.get(at).contains("=") ? 1 : 2;
        }
        if (at < words.size() && words.get(at).endsWith(".jar")) {
            at++;
        }
        return words.subList(Math.min(at, words.size()), words.size());
    }
}
