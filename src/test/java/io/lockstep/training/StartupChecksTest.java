package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.data.Sharding;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import io.lockstep.training.checkpoint.CheckpointShape;
import java.nio.file.Path;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartupChecksTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "8, 1, 1", "8, 2, 2", "8, 8, 8", "5, 1, 2", "6, 2, 4", "12, 5, 8"})
    void neighboursThatMakeUpASubtreeCountOnce(int shards, int partitions, long subtrees) {
        assertThat(new Sharding(shards, partitions).subtreesOfAllPartitions()).isEqualTo(subtrees);
    }

    @Test
    void networksWhoseCheckpointsDoNotFitAreRefusedBeforeTraining() {
        StartupChecks.checkpointSize(new CheckpointShape(170_000_000, 1, 1));
        assertThatThrownBy(() -> StartupChecks.checkpointSize(new CheckpointShape(180_000_000, 1, 1)))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("for 180000000 parameters");
    }

    @Test
    void dataThatDoNotFitAreAWarning() {
        assertThat(StartupChecks.memoryWarning(50 << 20, 60 << 20)).isEmpty();
        assertThat(StartupChecks.memoryWarning(70 << 20, 60 << 20).orElseThrow())
                .contains("take 70 MB", "have 60 MB");
    }

    @Test
    void differentMachinesAreAWarningWhereTheyMayRoundDifferently() {
        Machine vector = new Machine("VectorBLAS", "VM 17", "EPYC");
        Machine plain = new Machine("Java11BLAS", "VM 17", "EPYC");
        assertThat(StartupChecks.arithmeticWarning(Set.of(vector), Arithmetic.BREEZE))
                .isEmpty();
        assertThat(StartupChecks.arithmeticWarning(Set.of(vector, plain), Arithmetic.BREEZE)
                        .orElseThrow())
                .contains("VectorBLAS", "Java11BLAS");
        assertThat(StartupChecks.arithmeticWarning(Set.of(vector, plain), Arithmetic.EXACT))
                .isEmpty();
    }

    @Test
    void theRealExecutorsOfLocalModePassAllChecks() throws Exception {
        try (JavaSparkContext spark =
                new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("test"))) {
            TrainingFixture fixture = new TrainingFixture(spark, directory);
            assertThat(fixture.train(fixture.run("run"), false).environment().executors())
                    .containsExactly(Machine.ofThisJvm(Arithmetic.EXACT));
        }
    }
}
