package io.lockstep.cli;

import io.lockstep.Version;
import io.lockstep.training.TrainingOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/** What a run was made with, as far as it can explain different bits or a different speed. */
final class Environment {
    private Environment() {}

    static Map<String, Object> of(JavaSparkContext spark, TrainingOutcome outcome) {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("lockstep", Version.current());
        environment.put("spark", spark.version());
        environment.put("partitions", outcome.partitions());
        environment.put("engine", outcome.engine());
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        environment.put("executors", outcome.arithmetic());
        return environment;
    }
}
