package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.training.Options;
import io.lockstep.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes the man pages to target/man, as AsciiDoc and, where there is asciidoctor, as man shows them. */
class ManPagesTest {
    private static final Path MAN = Path.of("target", "man");

    @BeforeAll
    static void write() throws IOException {
        CommandLine root = Main.commandLine();
        root.getCommandSpec().version("lockstep"); // without Spark and Java, of which a page cannot know
        int exitCode = ManPageGenerator.generateManPage(
                MAN.toFile(), null, new boolean[0], true, new CommandSpec[] {root.getCommandSpec()});
        assertThat(exitCode).isZero();
        for (Path page : pages()) {
            // AsciiDoc takes these brackets for attributes of what follows, and drops it.
            Files.writeString(page, Files.readString(page).replaceAll("\\[(,[^\\]]*)]", "{startsb}$1{endsb}"));
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(MAN)) {
            return files.filter(file -> file.toString().endsWith(".adoc"))
                    .sorted()
                    .toList();
        }
    }

    static Stream<CommandSpec> commands() {
        return Main.commandLine().getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden());
    }

    @Test
    void everyCommandHasAPageWithAllOfItsOptions() {
        assertThat(MAN.resolve("lockstep.adoc"))
                .content()
                .contains(commands().map(CommandSpec::name).toList());
        commands()
                .forEach(command -> assertThat(MAN.resolve("lockstep-" + command.name() + ".adoc"))
                        .content()
                        .contains("== Synopsis")
                        .contains(command.options().stream()
                                .map(option -> option.longestName())
                                .toList()));
    }

    @Test
    void asciidoctorMakesThemPagesForMan() throws Exception {
        Path log = MAN.resolve("asciidoctor.txt");
        assumeTrue(run(log, "asciidoctor", "--version") == 0, "no asciidoctor on the PATH: no pages for man");
        String[] command = Stream.concat(
                        Stream.of("asciidoctor", "-b", "manpage"),
                        pages().stream().map(Path::toString))
                .toArray(String[]::new);
        assertThat(run(log, command)).isZero();
        assertThat(log).content().isEmpty();
        String page = Files.readString(MAN.resolve("lockstep-train.1"));
        String synopsis = page.substring(page.indexOf("SYNOPSIS"), page.indexOf("DESCRIPTION"));
        assertThat(synopsis)
                .contains(Options.of(TrainingConfig.class).stream()
                        .map(option -> "\\-\\-" + option.name().replace("-", "\\-"))
                        .toList());
    }

    /** The exit code, or that of a shell where there is no such program. */
    private static int run(Path log, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        } catch (IOException none) {
            return 127;
        }
    }
}
