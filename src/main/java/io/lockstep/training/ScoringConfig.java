package io.lockstep.training;

import io.lockstep.data.Locations;
import io.lockstep.training.Option.Effect;
import java.util.List;
import java.util.Optional;

/** Which model scores which rows. */
public record ScoringConfig(
        @Option(
                name = "model",
                label = "DIR",
                required = true,
                effect = Effect.PLACEMENT,
                description = "A run directory, or its model/.")
        String model,

        @Option(
                name = "data",
                label = "URI",
                required = true,
                effect = Effect.PLACEMENT,
                description = "The rows: a file, a directory, a glob, or several of these, separated by commas.")
        String data,

        ReadingConfig reading,

        @Option(
                name = "output",
                label = "DIR",
                required = true,
                effect = Effect.PLACEMENT,
                description = "Where to write; a new directory.")
        String output) {

    /** {@code predict}. */
    public record Prediction(
            ScoringConfig scoring,

            @Option(
                    name = "output-format",
                    label = "NAME",
                    defaultValue = "parquet",
                    description = "Of the predictions: ${CANDIDATES}.")
            OutputFormat outputFormat,

            @Option(
                    name = "keep-columns",
                    label = "NAME[,…]",
                    description = "Columns of the rows to write next to the predictions, or 'all'.")
            Optional<String> keepColumns,

            @Option(
                    name = "invalid",
                    label = "HOW",
                    defaultValue = "fail",
                    description = "Rows that cannot be scored: ${CANDIDATES}; rejected ones go to DIR/rejected.")
            Invalid invalid) {
        private static final String ALL = "all";

        public boolean keepsAll() {
            return keepColumns.filter(ALL::equals).isPresent();
        }

        public List<String> kept() {
            return keepsAll() ? List.of() : keepColumns.map(Locations::names).orElse(List.of());
        }
    }

    /** {@code evaluate}. */
    public record Evaluation(
            ScoringConfig scoring,

            @Option(
                    name = "label-column",
                    label = "NAME",
                    description = "The column of a table that the model predicts. Default: as when it was trained.")
            Optional<String> labelColumn,

            @Option(
                    name = "weight-column",
                    label = "NAME",
                    description = "What each row weighs, from 0. Default: all the same.")
            Optional<String> weightColumn) {}

    /** The formats that predictions are written in. */
    public enum OutputFormat {
        PARQUET,
        CSV,
        JSON
    }

    /** What is done with rows that cannot be scored. */
    public enum Invalid {
        FAIL,
        REJECT
    }
}
