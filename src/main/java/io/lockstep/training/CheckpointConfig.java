package io.lockstep.training;

import io.lockstep.training.Option.Effect;

/** When to write checkpoints and whether to continue from one. */
public record CheckpointConfig(
        @Option(
                name = "checkpoint-every",
                label = "STEPS",
                defaultValue = "0",
                range = "[0, )",
                effect = Effect.PLACEMENT,
                description = "Steps between checkpoints, besides that of each epoch; 0 for none.")
        int every,

        @Option(
                name = "keep-checkpoints",
                label = "N",
                defaultValue = "2",
                range = "[1, )",
                effect = Effect.PLACEMENT,
                description = "How many of the newest checkpoints are kept.")
        int keep,

        @Option(
                name = "resume",
                effect = Effect.PLACEMENT,
                description = "Continue from the newest checkpoint of the run directory, if there is one.")
        boolean resume) {}
