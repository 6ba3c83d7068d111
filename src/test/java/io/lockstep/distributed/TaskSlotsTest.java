package io.lockstep.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskSlotsTest {
    @ParameterizedTest
    @CsvSource({
        "spark://host:7077, spark.cores.max=6, 3, 6, true",
        "spark://host:7077, spark.cores.max=6, 2, 4, false",
        "spark://host:7077, spark.cores.max=5 spark.executor.cores=2, 2, 4, true",
        "spark://host:7077, spark.cores.max=6 spark.task.cpus=2, 3, 3, true",
        "spark://host:7077, spark.cores.max=6 spark.dynamicAllocation.enabled=true, 1, 2, true",
        "spark://host:7077, '', 1, 1, true",
        "yarn, spark.cores.max=6, 1, 1, true",
        "yarn, spark.executor.instances=4, 3, 12, false",
        "k8s://https://host, spark.executor.instances=4, 4, 4, true",
    })
    void aClusterIsCompleteWithWhatWasAskedFor(
            String master, String settings, int executors, int slots, boolean complete) {
        SparkConf conf = new SparkConf(false).setMaster(master);
        for (String setting : settings.split(" ")) {
            conf.set(setting.replaceFirst("=.*", ""), setting.replaceFirst(".*=", ""));
        }
        assertThat(TaskSlots.isComplete(conf, executors, slots)).isEqualTo(complete);
    }
}
