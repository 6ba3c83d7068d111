package io.lockstep.training;

import io.lockstep.distributed.ExchangeChoice;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.training.Option.Effect;
import java.util.OptionalInt;

/** Where and by what the work is done, which never changes a bit of the result. */
public record ExecutionConfig(
        @Option(
                name = "partitions",
                label = "N",
                range = "[1, )",
                effect = Effect.PLACEMENT,
                description = {
                    "Tasks a step; never changes a bit of the result.",
                    "  Default: the cluster's cores, at most one a shard"
                })
        OptionalInt partitions,

        @Option(
                name = "engine",
                label = "NAME",
                defaultValue = "auto",
                effect = Effect.PLACEMENT,
                description = {
                    "How steps run: ${CANDIDATES}. A Spark job a step, or tasks that stay; auto takes the latter where all"
                            + " tasks fit at once and memory holds the data.",
                    "Never changes a bit of the result."
                })
        EngineChoice engine,

        @Option(
                name = "exchange",
                label = "WAY",
                defaultValue = "auto",
                effect = Effect.PLACEMENT,
                description = {
                    "How weights and gradients travel with tasks that stay: ${CANDIDATES}. Each executor's by the driver's"
                            + " link, or in slices among executors; auto takes the latter where the first takes longer.",
                    "Never changes a bit of the result."
                })
        ExchangeChoice exchange,

        @Option(
                name = "dry-run",
                effect = Effect.PLACEMENT,
                description = "Show what would be trained, try one step and one checkpoint, and leave nothing behind.")
        boolean dryRun) {}
