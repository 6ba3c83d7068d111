package io.lockstep.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Spark has written of a run's tasks. */
record EventLog(List<JsonNode> events) {
    /** Spark's configuration for writing one to a directory. */
    static Map<String, String> to(Path directory) {
        return Map.of(
                "spark.eventLog.enabled", "true",
                "spark.eventLog.compress", "false",
                "spark.eventLog.rolling.enabled", "false",
                "spark.eventLog.dir", directory.toUri().toString());
    }

    /** Reads the only one in a directory. */
    static EventLog read(Path directory) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (String line : Files.readAllLines(files.findFirst().orElseThrow())) {
                events.add(mapper.readTree(line));
            }
        }
        return new EventLog(events);
    }

    /** The partitions of a stage's tasks, by the executor that ran them. */
    Map<String, Set<Integer>> partitionsByExecutor(String stage) {
        Set<Integer> stages = ofKind("SparkListenerStageSubmitted")
                .map(event -> event.get("Stage Info"))
                .filter(info ->
                        (info.get("Stage Name").asText() + info.get("Details").asText()).contains(stage))
                .map(info -> info.get("Stage ID").asInt())
                .collect(Collectors.toSet());
        return ofKind("SparkListenerTaskStart")
                .filter(event -> stages.contains(event.get("Stage ID").asInt()))
                .map(event -> event.get("Task Info"))
                .collect(Collectors.groupingBy(
                        info -> info.get("Executor ID").asText(),
                        Collectors.mapping(info -> info.get("Partition ID").asInt(), Collectors.toSet())));
    }

    private Stream<JsonNode> ofKind(String kind) {
        return events.stream().filter(event -> event.get("Event").asText().equals(kind));
    }
}
