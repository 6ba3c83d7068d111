package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidentTest {
    private static final String PLUGIN = "io.lockstep.distributed.resident.ResidentPlugin";

    @Test
    void thePluginIsNamedOnceNextToOthers() {
        assertThat(plugins(conf())).isEqualTo(PLUGIN);
        assertThat(plugins(conf().set("spark.plugins", "a.B"))).isEqualTo("a.B," + PLUGIN);
        assertThat(plugins(conf().set("spark.plugins", PLUGIN + ",a.B"))).isEqualTo(PLUGIN + ",a.B");
    }

    @Test
    void thePluginIsNotNamedWhereExecutorsComeAndGo() {
        assertThat(plugins(conf().set("spark.dynamicAllocation.enabled", "true")))
                .isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "'local[2]', 4.0.1, true",
        "spark://host:7077, 4.0.1, false",
        "spark://host:7077, 4.1.0, true",
        "yarn, 4.2.0-SNAPSHOT, true",
        "yarn, 5.0.0, true",
        "yarn, 3.5.8, false",
    })
    void executorsFindPluginsInTheJarOfTheApplicationFromSpark41On(String master, String version, boolean find) {
        assertThat(Resident.executorsFindPlugins(conf().set("spark.master", master), version))
                .isEqualTo(find);
    }

    private static SparkConf conf() {
        return new SparkConf(false).set("spark.master", "spark://host:7077");
    }

    private static String plugins(SparkConf conf) {
        new Resident().configure(conf);
        return conf.get("spark.plugins", "none");
    }
}
