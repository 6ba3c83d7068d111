package io.lockstep.training;

import io.lockstep.distributed.Engine;
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
                defaultValue = "aggregate",
                effect = Effect.PLACEMENT,
                description = {
                    "How steps run: ${CANDIDATES}; a Spark job a step, or tasks that stay.",
                    "Never changes a bit of the result."
                })
        Engine engine) {}
