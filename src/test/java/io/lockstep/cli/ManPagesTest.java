package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
        List<String> pages;
        try (Stream<Path> files = Files.list(MAN)) {
            pages = files.map(Path::toString)
                    .filter(file -> file.endsWith(".adoc"))
                    .sorted()
                    .toList();
        }
        String[] command = Stream.concat(Stream.of("asciidoctor", "-b", "manpage"), pages.stream())
                .toArray(String[]::new);
        assertThat(run(log, command)).isZero();
        assertThat(log).content().isEmpty();
        assertThat(MAN.resolve("lockstep-train.1")).content().contains(".TH \"LOCKSTEP\\-TRAIN\" \"1\"");
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
