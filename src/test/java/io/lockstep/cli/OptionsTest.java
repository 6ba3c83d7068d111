package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.training.Option;
import io.lockstep.training.Option.Effect;
import io.lockstep.training.Options;
import io.lockstep.training.Options.Declaration;
import io.lockstep.training.TrainingConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option is declared once, and everything else follows. */
class OptionsTest {
    /** Another value than the default for each option; a new option has to be added here. */
    private static final Map<String, String> OTHERS = new LinkedHashMap<>();

    static {
        OTHERS.put("train", "a");
        OTHERS.put("test", "b");
        OTHERS.put("validation", "c");
        OTHERS.put("validation-fraction", "0.3");
        OTHERS.put("split-by", "person");
        OTHERS.put("format", "csv");
        OTHERS.put("csv-header", "false");
        OTHERS.put("csv-delimiter", ";");
        OTHERS.put("label-column", "kind");
        OTHERS.put("feature-columns", "x,y");
        OTHERS.put("exclude-columns", "z");
        OTHERS.put("categorical-columns", "x");
        OTHERS.put("weight-column", "w");
        OTHERS.put("class-weights", "balanced");
        OTHERS.put("feature-scale", "0.5");
        OTHERS.put("scaling", "min-max");
        OTHERS.put("missing", "mean");
        OTHERS.put("unseen", "fail");
        OTHERS.put("hidden", "64,32");
        OTHERS.put("l2", "0.001");
        OTHERS.put("label-smoothing", "0.1");
        OTHERS.put("dropout", "0.2");
        OTHERS.put("arithmetic", "breeze");
        OTHERS.put("init-from", "e");
        OTHERS.put("optimizer", "nesterov");
        OTHERS.put("momentum", "0.8");
        OTHERS.put("beta2", "0.99");
        OTHERS.put("epsilon", "1.0E-6");
        OTHERS.put("learning-rate", "0.05");
        OTHERS.put("schedule", "cosine");
        OTHERS.put("warmup-fraction", "0.05");
        OTHERS.put("clip-norm", "1.5");
        OTHERS.put("epochs", "3");
        OTHERS.put("batch-size", "64");
        OTHERS.put("seed", "7");
        OTHERS.put("shards", "5");
        OTHERS.put("partitions", "2");
        OTHERS.put("engine", "resident");
        OTHERS.put("exchange", "executors");
        OTHERS.put("dry-run", "true");
        OTHERS.put("keep", "last");
        OTHERS.put("monitor", "loss");
        OTHERS.put("early-stopping-patience", "2");
        OTHERS.put("checkpoint-every", "10");
        OTHERS.put("keep-checkpoints", "3");
        OTHERS.put("resume", "true");
        OTHERS.put("output", "d");
        OTHERS.put("tensorboard", "f");
        OTHERS.put("track", "mlflow:http://g:5000");
    }

    private static final List<String> NOT_OF_A_CONFIGURATION = List.of("config", "help", "version");

    static Stream<Declaration> declarations() {
        return Options.of(TrainingConfig.class).stream();
    }

    @Test
    void eachIsOnTheCommandLineAndNothingElseIs() {
        List<String> declared = declarations().map(Declaration::name).toList();
        assertThat(declared).doesNotHaveDuplicates();
        assertThat(Main.commandLine()
                        .getSubcommands()
                        .get("train")
                        .getCommandSpec()
                        .options())
                .extracting(ConfigFile::key)
                .filteredOn(name -> !NOT_OF_A_CONFIGURATION.contains(name))
                .containsExactlyElementsOf(declared);
    }

    @Test
    void eachIsRecordedAsItWasGiven() {
        assertThat(OTHERS.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        declarations().map(Declaration::name).toList());
        TrainingConfig config = TrainingConfig.of(parsed(OTHERS));
        Map<String, Object> recorded = Options.values(config);
        OTHERS.forEach((name, value) -> assertThat(recorded.get(name)).hasToString(value));
    }

    @ParameterizedTest
    @MethodSource("declarations")
    void eachDefaultIsInItsRange(Declaration declaration) {
        Map<String, String> required = new HashMap<>(Map.of("train", "a", "output", "d"));
        required.remove(declaration.name());
        TrainingConfig config = TrainingConfig.of(parsed(required));
        assertThat(config.problems())
                .extracting(problem -> problem.option())
                .containsExactlyElementsOf(declaration.option().required() ? List.of(declaration.name()) : List.of());
    }

    @ParameterizedTest
    @MethodSource("declarations")
    void eachHasAPartInTheIdentityOfARunUnlessItOnlyPlaces(Declaration declaration) {
        String name = declaration.name();
        // The number of epochs counts where the learning rate depends on it.
        Map<String, String> before = new HashMap<>(Map.of("train", "x", "output", "y", "schedule", "step"));
        Map<String, String> after = new HashMap<>(before);
        after.put(name, OTHERS.get(name));
        if (name.equals("validation")) {
            before.put("validation-fraction", "0");
        }
        boolean same = identity(before).equals(identity(after));
        assertThat(same).isEqualTo(declaration.option().effect() == Effect.PLACEMENT);
    }

    @Test
    void onlyTheseArePlacement() {
        assertThat(declarations()
                        .map(Declaration::option)
                        .filter(option -> option.effect() == Effect.PLACEMENT)
                        .map(Option::name))
                .containsExactly(
                        "train",
                        "test",
                        "validation",
                        "format",
                        "csv-header",
                        "csv-delimiter",
                        "init-from",
                        "partitions",
                        "engine",
                        "exchange",
                        "dry-run",
                        "checkpoint-every",
                        "keep-checkpoints",
                        "resume",
                        "output",
                        "tensorboard",
                        "track");
    }

    private static Map<String, String> identity(Map<String, String> options) {
        int shards = Integer.parseInt(options.getOrDefault("shards", "1"));
        return TrainingConfig.of(parsed(options)).identity(shards);
    }

    private static Map<String, Object> parsed(Map<String, String> texts) {
        Map<String, Object> values = new LinkedHashMap<>();
        declarations()
                .filter(declaration -> texts.containsKey(declaration.name()))
                .forEach(declaration ->
                        values.put(declaration.name(), declaration.parse(texts.get(declaration.name()))));
        return values;
    }
}
