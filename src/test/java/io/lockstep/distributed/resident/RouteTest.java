package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.distributed.ExchangeChoice;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
    @ParameterizedTest
    @CsvSource({
        "AUTO, 4, 203530, true, 'exchange through the driver: 4 executors, 0.8 MB of weights'",
        "AUTO, 8, 203530, true, 'exchange among executors: 8 executors, 0.8 MB of weights'",
        "AUTO, 2, 10000000, true, 'exchange through the driver: 2 executors, 40.0 MB of weights'",
        "AUTO, 8, 1000, true, 'exchange through the driver: 8 executors, 0.0 MB of weights'",
        "DRIVER, 8, 203530, true, exchange through the driver: as --exchange says",
        "EXECUTORS, 1, 10, true, exchange among executors: as --exchange says",
        "EXECUTORS, 11, 10, true, exchange through the driver: fewer parameters than executors",
    })
    void theWayDependsOnExecutorsAndModel(
            ExchangeChoice choice, int executors, int parameters, boolean possible, String expected) {
        assertThat(Route.of(choice, executors, parameters, possible)).hasToString(expected);
    }

    @Test
    void anotherShuffleManagerLeavesOnlyTheDriver() {
        assertThat(Route.of(ExchangeChoice.AUTO, 8, 203530, false).amongExecutors())
                .isFalse();
        assertThatThrownBy(() -> Route.of(ExchangeChoice.EXECUTORS, 8, 203530, false))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("spark.shuffle.manager=" + ExchangeShuffleManager.class.getName());
    }

    @ParameterizedTest
    @CsvSource({
        "spark://host:7077, spark.a, 1, io.lockstep.distributed.resident.ExchangeShuffleManager",
        "'local[2]', spark.a, 1, none",
        "spark://host:7077, spark.shuffle.manager, other, other",
        "spark://host:7077, spark.shuffle.service.enabled, true, none",
    })
    void messagesAreHeardOnClusters(String master, String key, String value, String manager) {
        SparkConf conf = new SparkConf(false).set("spark.master", master).set(key, value);
        new Resident().configure(conf);
        assertThat(conf.get("spark.shuffle.manager", "none")).isEqualTo(manager);
    }
}
