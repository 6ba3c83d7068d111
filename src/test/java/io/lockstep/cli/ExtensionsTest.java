package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/extending.md fit the sources, compile, and do what they say. */
class ExtensionsTest {
    private static final Path SOURCES = Path.of("src", "main", "java");

    @TempDir
    private Path directory;

    @Test
    void theExamplesFitTheSources() throws IOException {
        patchedSources();
        assertThat(directory.resolve(SOURCES).resolve("io/lockstep/optim/Sign.java"))
                .exists();
    }

    @Test
    @Tag("long")
    void theExamplesTrain() throws Exception {
        List<String> compiler = new ArrayList<>(List.of(
                "-d",
                directory.resolve("classes").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-proc:none",
                "-nowarn",
                "--add-modules=jdk.incubator.vector"));
        patchedSources().forEach(file -> compiler.add(file.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, compiler.toArray(String[]::new)))
                .isZero();

        String text = Files.readString(Path.of("data/orders/orders-train.csv"));
        assertThat(text).doesNotContain("\"", "\t");
        Path tabs = Files.writeString(directory.resolve("orders.tsv"), text.replace(',', '\t'));
        List<String> common = List.of("--config", "conf/orders.properties", "--optimizer", "sign", "--epochs", "2");
        String driver =
                train("a", common, "--engine", "driver", "--train", tabs.toString(), "--learning-rate", "0.001");
        String resident = train("b", common, "--engine", "resident", "--learning-rate", "0.001");
        assertThat(driver).isEqualTo(resident).hasSize(64);
    }

    /** Copies the sources, applies all patches, and returns the files. */
    private List<Path> patchedSources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = directory.resolve(file);
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        for (Markdown.Block block : Markdown.read(Path.of("docs/extending.md")).blocks()) {
            if (block.language().equals("diff")) {
                Patch.of(block.lines()).apply(directory);
            }
        }
        try (Stream<Path> files = Files.walk(directory.resolve(SOURCES))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private String train(String run, List<String> common, String... options) throws Exception {
        Path out = directory.resolve(run + ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dspark.master=local[2]",
                "-Dspark.ui.enabled=false",
                "-Dlog4j2.configurationFile=conf/log4j2.properties"));
        command.addAll(List.of(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptions()
                .split(" ")));
        command.addAll(List.of(
                "-cp",
                directory.resolve("classes") + File.pathSeparator + System.getProperty("java.class.path"),
                "io.lockstep.cli.Main",
                "train",
                "--output",
                directory.resolve(run).toString()));
        command.addAll(common);
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return new Lockstep(process.exitValue(), Files.readString(out), "").digest();
    }
}
