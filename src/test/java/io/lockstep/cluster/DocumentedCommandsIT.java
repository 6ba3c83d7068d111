package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.cli.Lockstep;
import io.lockstep.cli.Markdown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands and programs of README and docs as they are written, in a directory with what a checkout has. Those
 * of the README come first, and the pages find the runs that they leave behind.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentedCommandsIT {
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final List<String> FOLDERS = List.of("submit", "conf", "data", "examples", "target");
    private static final Path README = Path.of("README.md");
    private static final String MNIST = "f9f514238f2766c07561fac4cb59bb31a328f40759eb77d998f88f58d35eb679";
    private static final String ORDERS = "86c7102bc25c07f39aa17e11c4d29eb5cd982abab8a84aafeceae5384d0e6ad4";

    @TempDir
    private static Path checkout;

    private final StringBuilder output = new StringBuilder();

    @BeforeAll
    void runThoseOfTheReadme() throws Exception {
        for (String name : FOLDERS) {
            Files.createSymbolicLink(checkout.resolve(name), HOME.resolve(name));
        }
        run(Markdown.read(README));
    }

    @AfterAll
    static void removeLinks() throws IOException {
        for (String name : FOLDERS) {
            Files.delete(checkout.resolve(name));
        }
    }

    @Test
    void theReadmeNamesTheDigestsThatItsCommandsPrint() throws IOException {
        assertThat(output.toString().lines().filter(line -> line.startsWith("weights sha256 ")))
                .contains("weights sha256 " + MNIST, "weights sha256 " + ORDERS);
        assertThat(Files.readString(README)).contains(MNIST, ORDERS);
    }

    @Test
    void thePagesFindTheRunsOfTheReadme() throws Exception {
        String copies = "for run in a b c; do cp -r runs/orders runs/$run; done"; // that report compares
        assertThat(Submission.bash(checkout, copies).await(1).exitCode()).isZero();
        try (Stream<Path> pages = Files.list(Path.of("docs"))) {
            for (Path page : pages.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                run(Markdown.read(page));
            }
        }
        assertThat(output).contains("gradcheck passed");
    }

    @Test
    void theQueriesOfThePageOnMetricsAreSql() throws Exception {
        String query = program("docs/metrics.md", "sql").replace("'runs", "'" + checkout.resolve("runs"));
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var rows = connection.createStatement().executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getDouble("accuracy")).isBetween(0.9, 1.0);
        }
    }

    @Test
    void theLinesOfTheReadmeReadTheMetrics() throws Exception {
        for (String line : program("README.md", "python").lines().toList()) {
            String library = line.substring(0, line.indexOf('.'));
            if (library.equals("spark")) {
                readBySpark(line);
            } else if (python("import " + library).exitCode() == 0) {
                Lockstep result = python("import " + library + "\nprint(" + line.replaceFirst("#.*", "") + ")");
                assertThat(result.exitCode()).as(result.err()).isZero();
                assertThat(result.out()).contains("14", "0."); // the last epoch, and figures
            } else {
                System.err.println("DocumentedCommandsIT: no " + library + " for " + python() + "; set PYTHON");
            }
        }
    }

    @Test
    void theProgramOfThePageOnSafetyMakesAToken() throws Exception {
        assumeTrue(python("").exitCode() == 0, "no " + python() + "; set PYTHON");
        String key = Base64.getUrlEncoder().encodeToString(new byte[32]);
        Lockstep result = python(
                "import sys, io\nsys.stdin = io.StringIO('" + key + "')\n" + program("docs/safety.md", "python"));
        assertThat(result.out()).as(result.err()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\s*");
    }

    /** The same words are Java, but for the quotes. */
    private void readBySpark(String line) throws IOException {
        assertThat(line)
                .startsWith(
                        "spark.read.parquet(\"runs/mnist/metrics\").where(\"split = 'test'\").orderBy(\"epoch\").show()");
        try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
            assertThat(spark.read()
                            .parquet(checkout.resolve("runs/mnist/metrics").toString())
                            .where("split = 'test'")
                            .orderBy("epoch")
                            .count())
                    .isEqualTo(14);
        }
    }

    private void run(Markdown page) throws Exception {
        for (String command : page.commands()) {
            if (command.startsWith("python3 ") && python("import numpy").exitCode() != 0) {
                System.err.println("DocumentedCommandsIT: no numpy for " + python() + ", not run: " + command);
            } else if (command.startsWith("submit/local.sh ") || command.startsWith("python3 ")) {
                Lockstep result = Submission.bash(checkout, command.replaceFirst("^python3", python()))
                        .await(5);
                assertThat(result.exitCode())
                        .as("%s: %s%n%s", page, command, result.err())
                        .isZero();
                output.append(result.out());
            }
        }
    }

    private static String program(String page, String language) throws IOException {
        return Markdown.read(Path.of(page)).blocks().stream()
                .filter(block -> block.language().equals(language))
                .map(block -> String.join("\n", block.lines()))
                .findFirst()
                .orElseThrow();
    }

    private static Lockstep python(String program) throws IOException, InterruptedException {
        Path err = Files.createTempFile(checkout, "err", ".txt");
        Process process = new ProcessBuilder(python(), "-c", program)
                .directory(checkout.toFile())
                .redirectError(err.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Lockstep(process.exitValue(), out, Files.readString(err));
    }

    private static String python() {
        return System.getenv().getOrDefault("PYTHON", "python3");
    }
}
