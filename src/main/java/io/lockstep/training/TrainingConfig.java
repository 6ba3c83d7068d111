package io.lockstep.training;

import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.training.Option.Effect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a training run is told; each option declares its own default. */
public record TrainingConfig(
        DataConfig data, NetworkConfig network, OptimizerConfig optimizer, RunConfig run, TrackingConfig tracking) {
    /** Without tracking. */
    public TrainingConfig(DataConfig data, NetworkConfig network, OptimizerConfig optimizer, RunConfig run) {
        this(data, network, optimizer, run, TrackingConfig.NONE);
    }

    /**
     * The configuration in which the given options have these values and all others their defaults.
     *
     * @param given by name, as {@link Options.Declaration#parse} reads them
     */
    public static TrainingConfig of(Map<String, Object> given) {
        Map<String, Object> values = new LinkedHashMap<>(given);
        if (given.containsKey("validation")) {
            values.putIfAbsent("validation-fraction", 0.0);
        }
        return Options.create(TrainingConfig.class, values);
    }

    /** Every value that is out of its range; none if the configuration is usable. */
    public List<Problems.Problem> problems() {
        Problems problems = new Problems();
        Options.check(this, problems);
        data.check(problems);
        network.check(problems);
        run.check(problems);
        tracking.check(problems);
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
                !finite || optimizer.kind() != Optimizer.ADAMW || rate * 2 * network.l2() < 1,
                "l2",
                "less than " + 0.5 / rate + " with --optimizer " + optimizer.kind() + " and --learning-rate " + rate
                        + ", because a step takes the part learning-rate · 2 · l2 of each weight away",
                network.l2());
    }

    /**
     * The options that have a part in the result. Where data lie is left out, because their content is compared, and so
     * is the number of epochs to come where the learning rate does not depend on it.
     *
     * @param shardCount the number in use, given or not
     */
    public Map<String, String> identity(int shardCount) {
        Map<String, String> options = new TreeMap<>();
        Options.values(this, Effect.RESULT).forEach((option, value) -> options.put(option, value.toString()));
        if (optimizer.schedule() == LearningRateSchedule.Shape.CONSTANT && optimizer.warmupFraction() == 0) {
            options.remove("epochs");
        }
        options.put("shards", String.valueOf(shardCount));
        return options;
    }
}
