package io.lockstep.training;

import io.lockstep.data.EpochPlan;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * How long, how large, where.
 *
 * @param shards overrides the number that follows from data and batch size
 * @param earlyStoppingPatience epochs without a better validation accuracy after which training stops; 0 for never
 * @param output the run directory, which must not hold anything yet unless the run resumes
 */
public record RunConfig(
        int epochs,
        int batchSize,
        long seed,
        OptionalInt shards,
        ExecutionConfig execution,
        Keep keep,
        int earlyStoppingPatience,
        CheckpointConfig checkpoints,
        String output) {

    /** Which epoch's parameters are the result. */
    public enum Keep {
        /** Of the epoch with the highest validation accuracy, the first of equals; without validation rows, the last. */
        BEST,
        LAST;

        /** The name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which rows take part in which step. */
    EpochPlan plan(ShardedDataset dataset) {
        return EpochPlan.of(seed, dataset.trainingRows(), batchSize);
    }

    void check(Problems problems) {
        problems.expect(epochs >= 1, "epochs", "at least 1", epochs);
        problems.expect(batchSize >= 1, "batch-size", "at least 1", batchSize);
        shards.ifPresent(count -> problems.expect(
                count >= 1 && count <= Sharding.MAX_SHARDS, "shards", "1 to " + Sharding.MAX_SHARDS, count));
        execution.check(problems);
        problems.expect(
                earlyStoppingPatience >= 0,
                "early-stopping-patience",
                "a number of epochs from 0",
                earlyStoppingPatience);
        checkpoints.check(problems);
        problems.expectNoCredentials("output", output);
        problems.expect(!output.isBlank(), "output", "a directory for the run", "nothing");
    }
}
