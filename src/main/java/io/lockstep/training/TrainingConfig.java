package io.lockstep.training;

import io.lockstep.optim.LearningRateSchedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All that a training run is told. Defaults are the command line's. */
public record TrainingConfig(DataConfig data, NetworkConfig network, OptimizerConfig optimizer, RunConfig run) {
    private static final Set<String> WITHOUT_A_PART_IN_THE_RESULT = Set.of(
            "train",
            "validation",
            "test",
            "partitions",
            "engine",
            "checkpoint-every",
            "keep-checkpoints",
            "resume",
            "output");

    /** Every value that is out of its range; none if the configuration is usable. */
    public List<Problems.Problem> problems() {
        Problems problems = new Problems();
        data.check(problems);
        network.check(problems);
        optimizer.check(problems);
        run.check(problems);
        problems.expect(
                run.earlyStoppingPatience() <= 0 || data.validation().isPresent() || data.validationFraction() > 0,
                "early-stopping-patience",
                "0 without validation rows",
                run.earlyStoppingPatience());
        expectDecayBelowOne(problems);
        return problems.all();
    }

    private void expectDecayBelowOne(Problems problems) {
        double rate = optimizer.learningRate();
        boolean finite = Double.isFinite(rate) && Double.isFinite(network.l2());
        problems.expect(
                !finite || optimizer.penalty(network.l2()).decay(rate) < 1,
                "l2",
                "less than " + 0.5 / rate + " with --optimizer " + optimizer.kind() + " and --learning-rate " + rate
                        + ", because a step takes the part learning-rate · 2 · l2 of each weight away",
                network.l2());
    }

    /** The configuration under the names of the command line's options; what was not given is left out. */
    public Map<String, Object> toMap() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("train", data.train());
        data.validation().ifPresent(uri -> options.put("validation", uri));
        data.test().ifPresent(uri -> options.put("test", uri));
        options.put("validation-fraction", data.validationFraction());
        options.put("format", data.format().toString());
        options.put("feature-scale", data.featureScale());
        options.put("hidden", network.hiddenText());
        options.put("l2", network.l2());
        options.put("label-smoothing", network.labelSmoothing());
        options.put("dropout", network.dropout());
        options.put("epochs", run.epochs());
        options.put("batch-size", run.batchSize());
        options.put("optimizer", optimizer.kind().toString());
        options.put("momentum", optimizer.momentum());
        options.put("learning-rate", optimizer.learningRate());
        options.put("schedule", optimizer.schedule().toString());
        options.put("warmup-fraction", optimizer.warmupFraction());
        options.put("clip-norm", optimizer.clipNorm());
        options.put("seed", run.seed());
        run.shards().ifPresent(count -> options.put("shards", count));
        run.execution().partitions().ifPresent(count -> options.put("partitions", count));
        options.put("engine", run.execution().engine().toString());
        options.put("keep", run.keep().toString());
        options.put("early-stopping-patience", run.earlyStoppingPatience());
        options.put("blas", network.blas().toString());
        options.put("checkpoint-every", run.checkpoints().every());
        options.put("keep-checkpoints", run.checkpoints().keep());
        options.put("resume", run.checkpoints().resume());
        options.put("output", run.output());
        return options;
    }

    /**
     * The options that have a part in the result. Where data lie is left out, because their content is compared, and so
     * is the number of epochs to come where the learning rate does not depend on it.
     *
     * @param shardCount the number in use, given or not
     */
    Map<String, String> identity(int shardCount) {
        Map<String, String> options = new TreeMap<>();
        toMap().forEach((option, value) -> options.put(option, value.toString()));
        options.keySet().removeAll(WITHOUT_A_PART_IN_THE_RESULT);
        if (optimizer.schedule() == LearningRateSchedule.Shape.CONSTANT && optimizer.warmupFraction() == 0) {
            options.remove("epochs");
        }
        options.put("shards", String.valueOf(shardCount));
        return options;
    }
}
