package io.lockstep.training;

import io.lockstep.data.EpochPlan;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Split;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.nn.LossSum;
import io.lockstep.training.Option.Effect;
import java.util.OptionalInt;

/** The course of a run, and its directory. */
public record RunConfig(
        @Option(
                name = "epochs",
                label = "N",
                defaultValue = "10",
                range = "[1, )",
                description = "Passes over the training data.")
        int epochs,

        @Option(
                name = "batch-size",
                label = "N",
                defaultValue = "256",
                range = "[1, )",
                description = "Training rows a step, about.")
        int batchSize,

        @Option(name = "seed", label = "N", defaultValue = "1", description = "Determines all random numbers.")
        long seed,

        @Option(
                name = "shards",
                label = "N",
                range = "[1, " + Sharding.MAX_SHARDS + "]",
                description = {
                    "Parts into which the data is dealt; part of what is computed.",
                    "  Default: about 64 rows a shard and step, at most 256 MB a shard"
                })
        OptionalInt shards,

        ExecutionConfig execution,

        @Option(
                name = "keep",
                label = "WHICH",
                defaultValue = "best",
                description = "The epoch that is the result: ${CANDIDATES}; best by --monitor.")
        Keep keep,

        @Option(
                name = "monitor",
                label = "FIGURE",
                defaultValue = "accuracy",
                description = "By what epochs are judged on the validation rows: ${CANDIDATES} (with penalty).")
        Monitor monitor,

        @Option(
                name = "early-stopping-patience",
                label = "EPOCHS",
                defaultValue = "0",
                range = "[0, )",
                description =
                        "Stop after this many epochs without a better figure on the validation rows; 0 for never.")
        int earlyStoppingPatience,

        CheckpointConfig checkpoints,

        @Option(
                name = "output",
                label = "DIR",
                required = true,
                effect = Effect.PLACEMENT,
                description = "The run directory; new or empty, unless the run resumes.")
        String output) {

    /** Which epoch's parameters are the result. */
    public enum Keep {
        /** Of the epoch that is best on the validation rows, the first of equals; without validation rows, the last. */
        BEST,
        LAST
    }

    /** By what epochs are compared. */
    public enum Monitor {
        ACCURACY,
        LOSS;

        /** How good an epoch is on the validation rows; more is better. */
        double score(EpochMetrics metrics) {
            LossSum sums = metrics.sums(Split.VALIDATION);
            return this == ACCURACY ? sums.accuracy() : -metrics.loss(sums);
        }
    }

    /** Which rows take part in which step. */
    EpochPlan plan(ShardedDataset dataset) {
        return EpochPlan.of(seed, dataset.trainingRows(), batchSize);
    }

    void check(Problems problems) {
        problems.expectNoCredentials("output", output);
        problems.expect(!output.isBlank(), "output", "a directory for the run", "nothing");
    }
}
