package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import io.lockstep.training.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures at the end of a run cost no result, and are said in one line. */
class EndOfRunTest {
    private static final String FAULTY = "spark.hadoop.fs.faulty.impl";

    @TempDir
    private static Path directory;

    private static Path images;
    private static String undisturbed;

    @BeforeAll
    static void trainUndisturbed() throws IOException {
        System.setProperty(FAULTY, FaultyFileSystem.class.getName());
        images = IdxData.clusters(200, 8, 3, 1).write(directory, "train");
        undisturbed = train("undisturbed").digest();
    }

    @AfterAll
    static void forgetTheFileSystem() {
        System.clearProperty(FAULTY);
    }

    @Test
    void picturesThatCannotBeDrawnAreAWarning() {
        FaultyFileSystem.failOnce("plots.png", new InternalError("no fonts"));
        Lockstep result = train("fonts");
        assertThat(result.digest()).isEqualTo(undisturbed);
        assertThat(result.err().lines())
                .singleElement()
                .asString()
                .startsWith("lockstep: no plots: java.lang.InternalError: no fonts");
        assertThat(directory.resolve("fonts/run.json")).exists();
        assertThat(directory.resolve("fonts/plots.png")).doesNotExist();
    }

    @Test
    void anEvaluationThatCannotBeWrittenIsAWarning() {
        FaultyFileSystem.failOnce("evaluation.json", new Error("quota exceeded"));
        Lockstep result = train("unjudged", "--test", images);
        assertThat(result.exitCode()).isZero();
        assertThat(result.err().lines())
                .singleElement()
                .asString()
                .startsWith("lockstep: no evaluation: ")
                .contains("quota exceeded");
        assertThat(directory.resolve("unjudged/run.json")).exists();
    }

    @Test
    void anEvaluationOfFormerWeightsDoesNotOutliveThem() {
        Path evaluation = directory.resolve("rejudged/evaluation");
        assertThat(train("rejudged", "--test", images).exitCode()).isZero();
        assertThat(evaluation.resolve("evaluation.json")).exists();
        FaultyFileSystem.failOnce("figures.parquet", new Error("quota exceeded"));
        Lockstep longer = train("rejudged", "--test", images, "--epochs", "3", "--resume");
        assertThat(longer.exitCode()).as(longer.err()).isZero();
        assertThat(longer.err()).contains("no evaluation: ");
        assertThat(evaluation.resolve("evaluation.json")).doesNotExist();
    }

    @Test
    void aFullDiskIsOneLineAndTheRunResumes() {
        for (String name : List.of("epoch-00002.parquet", "step-000000000002", "weights.safetensors", "run.json")) {
            FaultyFileSystem.failOnce(name, new Error(new IOException("No space left on device")));
            Lockstep result = train("full " + name);
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err().lines())
                    .singleElement()
                    .asString()
                    .contains("No space left on device; free some space, then the same command with --resume");
            assertThat(directory.resolve("full " + name).resolve("run.json")).doesNotExist();
            assertThat(train("full " + name, "--resume").digest()).isEqualTo(undisturbed);
        }
    }

    @Test
    void equalRunsUnderNamesThatLookLikePatternsDoNotMeet() throws IOException {
        Path plain = directory.resolve("patterns/1");
        Lockstep first = train("patterns/1");
        byte[] record = Files.readAllBytes(plain.resolve("run.json"));
        assertThat(train("patterns/[1]", "--seed", "2").exitCode()).isZero();
        assertThat(Files.readAllBytes(plain.resolve("run.json"))).isEqualTo(record);
        assertThat(plain.resolve("metrics").toFile().list()).hasSize(2);
        assertThat(train("patterns/[2]", "--resume").out()).doesNotContain("resuming");
        Lockstep longer = train("patterns/[1]", "--seed", "2", "--epochs", "3", "--resume");
        assertThat(longer.out()).contains("resuming after step 2, with 2 epochs done");
        assertThat(directory.resolve("patterns/[1]/checkpoints").toFile().list())
                .hasSize(2);
        Lockstep again = train("patterns/1", "--resume");
        assertThat(again.out()).contains("resuming after step 2, with 2 epochs done");
        assertThat(again.digest()).isEqualTo(first.digest());
    }

    private static Lockstep train(String output, Object... options) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--train", images, "--hidden", "4", "--epochs", "2"));
        List<Object> given = List.of(options);
        if (given.contains("--epochs")) {
            arguments.subList(arguments.size() - 2, arguments.size()).clear();
        }
        arguments.addAll(given);
        arguments.addAll(List.of("--output", "faulty://" + directory.resolve(output)));
        return Lockstep.run(arguments.toArray());
    }
}
