package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.distributed.choice.EngineChoice;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"local", "local[1]", "local[*]", "local[2,3]"})
    void aLocalDriverListensOnLoopback(String master) {
        assertThat(host(conf(master))).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local-cluster[2,1,1024]", "spark://local:7077", "yarn", "k8s://https://local"})
    void aDriverOfAClusterIsLeftAlone(String master) {
        assertThat(host(conf(master))).isEqualTo("none");
    }

    @Test
    void anAddressThatTheUserHasChosenIsKept() {
        assertThat(host(conf("local").set("spark.driver.host", "myhost"))).isEqualTo("myhost");
        assertThat(host(conf("local").set("spark.driver.bindAddress", "0.0.0.0")))
                .isEqualTo("none");
        assertThat(host(conf("local"), "SPARK_LOCAL_IP")).isEqualTo("none");
        assertThat(host(conf("local"), "SPARK_LOCAL_HOSTNAME")).isEqualTo("none");
    }

    @Test
    void executorsOpenFilesUnderNamesInUtf8WhereverTheirWorkersWereStarted() {
        SparkConf conf = SparkSettings.forTraining(EngineChoice.AGGREGATE);
        assertThat(conf.getExecutorEnv())
                .isEqualTo(
                        new SparkConf(false).setExecutorEnv("LC_ALL", "C.UTF-8").getExecutorEnv());
    }

    @ParameterizedTest
    @CsvSource({
        "spark.memory.fraction, 2, should be between 0 and 1",
        "spark.network.timeout, 30s, spark.network.timeoutInterval should be less than or equal to spark.network.timeout",
        "spark.ui.retainedJobs, many, The value 'many' in the config",
    })
    void aWrongValueForSparkIsTheUsersToCorrect(String key, String value, String reason) {
        SparkConf conf = conf("local[1]").setAppName("wrong").set(key, value);
        assertThatThrownBy(() -> SparkSettings.start(conf).close())
                .isInstanceOf(LockstepException.class)
                .hasMessageStartingWith("Spark's configuration: ")
                .hasMessageContaining(reason)
                .hasMessageNotContaining(".;")
                .hasMessageContaining("--conf");
    }

    private static SparkConf conf(String master) {
        return new SparkConf(false).set("spark.master", master);
    }

    private static String host(SparkConf conf, String... environment) {
        SparkSettings.listenOnLoopback(conf, Set.of(environment));
        return conf.get("spark.driver.host", "none");
    }
}
