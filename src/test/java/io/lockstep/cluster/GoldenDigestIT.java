package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.cli.Lockstep;
import io.lockstep.data.IdxData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Digests that are the same on every machine. The small training has layers narrower than a vector and wider than one,
 * shards with and without zeros left out, dropout and clipping; the large one and the table are the recipes of the
 * README.
 */
class GoldenDigestIT {
    private static final String SMALL = "db56d6263260347361be9cfe5049f45f68d3633cf1185a163c9136a01f93da42";
    private static final String LARGE = "f9f514238f2766c07561fac4cb59bb31a328f40759eb77d998f88f58d35eb679";
    private static final String TABLE = "86c7102bc25c07f39aa17e11c4d29eb5cd982abab8a84aafeceae5384d0e6ad4";

    private static final String VECTOR_API = "--add-modules=jdk.incubator.vector";
    private static final String VECTORS_ONLY = VECTOR_API + " -Dlockstep.kernels=vector";

    @TempDir
    private Path directory;

    /**
     * Vectors of 4 or 8 and of 16 numbers where the processor has them, plain Java, and Java without the instruction.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                VECTORS_ONLY,
                VECTORS_ONLY + " -XX:UseAVX=1",
                VECTORS_ONLY + " -XX:UseAVX=2",
                VECTORS_ONLY + " -XX:TieredStopAtLevel=1",
                VECTOR_API,
                "-Dlockstep.kernels=plain",
                "-XX:-UseFMA",
            })
    void aSmallTrainingHasIt(String javaOptions) throws Exception {
        assertThat(small(javaOptions, System.getProperty("java.home"))).isEqualTo(SMALL);
    }

    @Tag("long")
    @Test
    void aSmallTrainingHasItInterpreted() throws Exception {
        String interpreted = "-Xint -Dspark.network.timeout=600s";
        assertThat(small(interpreted, System.getProperty("java.home"))).isEqualTo(SMALL);
        assertThat(small(VECTORS_ONLY + " " + interpreted, System.getProperty("java.home")))
                .isEqualTo(SMALL);
    }

    @Tag("long")
    @Test
    void aSmallTrainingHasItOnArm64UnderEmulation() throws Exception {
        Path java = Path.of("target/arm64-java").toAbsolutePath();
        Lockstep made = Submission.bash(
                        directory,
                        "\"$checkout/src/test/scripts/arm64-java.sh\" '" + java + "' > log 2>&1 || tail -n 1 log >&2")
                .await(10);
        assumeTrue(Files.isExecutable(java.resolve("bin/java")), "no emulated Java: " + made.err());
        assertThat(small(VECTORS_ONLY, java.toString())).isEqualTo(SMALL);
        assertThat(small("-Dlockstep.kernels=plain", java.toString())).isEqualTo(SMALL);
    }

    @Test
    void trainingsHaveItUnderOtherVersionsOfJava() throws Exception {
        List<Path> others = otherJavas();
        assumeTrue(!others.isEmpty(), "there is no other Java from 17 on next to " + System.getProperty("java.home"));
        for (Path java : others) {
            assertThat(small(VECTORS_ONLY, java.toString())).as(java.toString()).isEqualTo(SMALL);
            assertThat(small("-Dlockstep.kernels=plain", java.toString()))
                    .as(java + ", without the Vector API")
                    .isEqualTo(SMALL);
            assertThat(large(VECTOR_API, java.toString())).as(java.toString()).isEqualTo(LARGE);
            assertThat(table(VECTOR_API, java.toString())).as(java.toString()).isEqualTo(TABLE);
        }
    }

    @Test
    void theRecipeOfTheReadmeHasIt() throws Exception {
        assertThat(large(VECTOR_API, System.getProperty("java.home"))).isEqualTo(LARGE);
        assertThat(Files.readString(Path.of("README.md"))).contains("weights sha256 " + LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {VECTOR_API, "-Dlockstep.kernels=plain"})
    void theTableOfTheReadmeHasIt(String javaOptions) throws Exception {
        assertThat(table(javaOptions, System.getProperty("java.home"))).isEqualTo(TABLE);
        assertThat(Files.readString(Path.of("README.md"))).contains("weights sha256 " + TABLE);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                VECTORS_ONLY + " -XX:UseAVX=1",
                VECTORS_ONLY + " -XX:UseAVX=2",
                VECTORS_ONLY + " -XX:TieredStopAtLevel=1",
                "-Dlockstep.kernels=plain",
            })
    void theRecipeOfTheReadmeHasItWhateverTheVectors(String javaOptions) throws Exception {
        assertThat(large(javaOptions, System.getProperty("java.home"))).isEqualTo(LARGE);
    }

    private String small(String javaOptions, String java) throws Exception {
        Path data = directory.resolve("small");
        if (!Files.exists(data)) {
            Files.createDirectory(data);
            IdxData.clusters(1_200, 30, 5, 1).darkened(IdxData.QUARTER_LEFT).write(data, "data");
        }
        return digest(
                javaOptions,
                java,
                "--train small/data-images-idx3-ubyte --hidden 40,20 --epochs 2 --batch-size 100"
                        + " --optimizer nesterov --dropout 0.1 --label-smoothing 0.1 --clip-norm 1 --validation-fraction 0.1");
    }

    private String large(String javaOptions, String java) throws Exception {
        return digest(
                javaOptions,
                java,
                "--config \"$checkout/conf/mnist.properties\" --train \"$checkout/data/mnist/train-"
                        + "images-idx3-ubyte.gz\" --test \"$checkout/data/mnist/t10k-images-idx3-ubyte.gz\"");
    }

    private String table(String javaOptions, String java) throws Exception {
        return digest(
                javaOptions,
                java,
                "--config \"$checkout/conf/orders.properties\" --train \"$checkout/data/orders/orders-train.csv\""
                        + " --test \"$checkout/data/orders/orders-test.csv\"");
    }

    private String digest(String javaOptions, String java, String options) throws IOException, InterruptedException {
        Lockstep result = Submission.bash(
                        directory,
                        "rm -rf run && JAVA_HOME='" + java
                                + "' \"$checkout/submit/local.sh\" --master 'local[2]' --driver-java-options '"
                                + javaOptions
                                + "' train " + options + " --output run")
                .await(10);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result.digest();
    }

    private static List<Path> otherJavas() throws IOException {
        Path own = Path.of(System.getProperty("java.home")).toRealPath();
        try (Stream<Path> siblings = Files.list(own.getParent())) {
            return siblings.filter(java -> Files.isExecutable(java.resolve("bin/java")))
                    .filter(java -> !Files.isSymbolicLink(java) && !java.equals(own))
                    .filter(java -> version(java) >= 17)
                    .toList();
        }
    }

    /** The feature version; 0 for what does not say it. */
    private static int version(Path java) {
        Properties release = new Properties();
        try (InputStream file = Files.newInputStream(java.resolve("release"))) {
            release.load(file);
            String version = release.getProperty("JAVA_VERSION").replace("\"", "");
            return Runtime.Version.parse(version).feature();
        } catch (IOException | RuntimeException unknown) {
            return 0;
        }
    }
}
