package io.lockstep.training;

import io.lockstep.data.ClassWeights;
import io.lockstep.data.IdxSource;
import io.lockstep.data.Locations;
import io.lockstep.data.Sources;
import io.lockstep.data.TableData;
import io.lockstep.data.TableOptions;
import io.lockstep.data.TrainingData;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.data.prepare.Scaling;
import io.lockstep.training.Option.Effect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;

/** The data to train and judge on. */
public record DataConfig(
        @Option(
                name = "train",
                label = "URI",
                required = true,
                effect = Effect.PLACEMENT,
                description = {
                    "Training data: a file, a glob (* ? [ab] {a,b}), or several separated by commas.",
                    "A path that exists as it is written is no glob and no list. A backslash takes away the meaning of the"
                            + " next character, as in 'a\\,b'; in a properties file it is written twice.",
                    "For idx, the images; the labels are found next to them, as labels-idx1."
                })
        String train,

        @Option(
                name = "test",
                label = "URI",
                effect = Effect.PLACEMENT,
                description = "Test data, named like --train; never trained on.")
        Optional<String> test,

        @Option(
                name = "validation",
                label = "URI",
                effect = Effect.PLACEMENT,
                description = "Validation data of its own, named like --train.")
        Optional<String> validation,

        @Option(
                name = "validation-fraction",
                label = "F",
                defaultValue = "0.1",
                range = "[0, 1)",
                description = {
                    "The part of the training rows that is held out, chosen by their content.",
                    "With --validation, 0."
                })
        double validationFraction,

        @Option(
                name = "split-by",
                label = "COLUMN[,…]",
                description = "Rows that are equal in these columns go to validation together; they are no features.")
        Optional<String> splitBy,

        ReadingConfig reading,

        @Option(
                name = "label-column",
                label = "NAME",
                defaultValue = "label",
                description = "The column of a table that is to be predicted.")
        String labelColumn,

        @Option(
                name = "feature-columns",
                label = "NAME[,…]",
                description = "Columns to learn from. Default: all that have no other use.")
        Optional<String> featureColumns,

        @Option(name = "exclude-columns", label = "NAME[,…]", description = "Columns to leave out.")
        Optional<String> excludeColumns,

        @Option(
                name = "categorical-columns",
                label = "NAME[,…]",
                description = "Columns whose values are names, even where they look like numbers.")
        Optional<String> categoricalColumns,

        @Option(
                name = "weight-column",
                label = "NAME",
                description = "What each row weighs, from 0. Default: all the same.")
        Optional<String> weightColumn,

        @Option(
                name = "class-weights",
                label = "W",
                defaultValue = "none",
                description =
                        "Multiplies the rows' weights: none, balanced (each class weighs the same), or yes=2.5,no=1.")
        String classWeights,

        @Option(
                name = "feature-scale",
                label = "F",
                description = {
                    "Multiplies every feature that is not scaled otherwise; not 0.",
                    "  Default: 0.00390625 (1/256) for idx, 1 for tables"
                })
        OptionalDouble featureScale,

        @Option(
                name = "scaling",
                label = "HOW",
                defaultValue = "auto",
                description = {
                    "Of numbers in tables: ${CANDIDATES}.",
                    "auto standardizes, but where most numbers are 0 it only divides; with --feature-scale, none."
                })
        Scaling scaling,

        @Option(
                name = "missing",
                label = "HOW",
                defaultValue = "fail",
                description = "Missing values: ${CANDIDATES}; mean also turns missing categories into zeros.")
        Missing missing,

        @Option(
                name = "unseen",
                label = "HOW",
                defaultValue = "zero",
                description = "Categories that no training row has: ${CANDIDATES}.")
        Unseen unseen) {
    private static final double SCALE_OF_BYTES = 1 / 256.0;

    /** What is done with missing values. */
    public enum Missing {
        FAIL,
        MEAN
    }

    /** What is done with unknown categories. */
    public enum Unseen {
        ZERO,
        FAIL
    }

    /** Whether the training rows are in IDX files, which have no columns. */
    boolean isIdx() {
        return reading.isIdx(train);
    }

    /**
     * Finds the data.
     *
     * @param preparation of a model that training begins with, if it does
     * @throws io.lockstep.LockstepException of kind {@code DATA}
     */
    TrainingData open(Configuration hadoop, Optional<Preparation> preparation) {
        if (isIdx()) {
            return new Sources(
                    IdxSource.open(train, hadoop),
                    validation.map(uri -> IdxSource.open(uri, hadoop)),
                    test.map(uri -> IdxSource.open(uri, hadoop)),
                    validationFraction,
                    (float) featureScale.orElse(SCALE_OF_BYTES),
                    preparation);
        }
        return new TableData(
                train, validation, test, validationFraction, featureScale.orElse(1), tables(), preparation);
    }

    private TableOptions tables() {
        return new TableOptions(
                reading.table(),
                reading.csv(),
                labelColumn,
                names(featureColumns),
                names(excludeColumns),
                names(categoricalColumns),
                weightColumn,
                names(splitBy),
                scaling == Scaling.AUTO && featureScale.isPresent() ? Scaling.NONE : scaling,
                missing == Missing.MEAN,
                unseen == Unseen.ZERO,
                ClassWeights.parse(classWeights));
    }

    /** Names between commas; a backslash takes away the meaning of the next character. */
    private static List<String> names(Optional<String> list) {
        return list.map(Locations::names).orElse(List.of());
    }

    void check(Problems problems) {
        problems.expect(!train.isBlank(), "train", "the location of the training data", "nothing");
        problems.expectNoCredentials("train", train);
        validation.ifPresent(uri -> problems.expectNoCredentials("validation", uri));
        test.ifPresent(uri -> problems.expectNoCredentials("test", uri));
        problems.expect(
                validation.isEmpty() || validationFraction == 0,
                "validation-fraction",
                "no fraction beside --validation",
                validationFraction);
        featureScale.ifPresent(scale -> problems.expect(
                Float.isFinite((float) scale) && (float) scale != 0, "feature-scale", "a number but 0", scale));
        problems.expect(
                scaling == Scaling.AUTO || scaling == Scaling.NONE || featureScale.isEmpty(),
                "feature-scale",
                "none beside --scaling " + Options.text(scaling),
                featureScale);
        reading.check(problems);
        try {
            ClassWeights.parse(classWeights);
        } catch (IllegalArgumentException invalid) {
            problems.add("class-weights", invalid.getMessage());
        }
        if (isIdx()) {
            checkIdx(problems);
        }
    }

    /** Files of bytes have no columns. */
    private void checkIdx(Problems problems) {
        Map<String, Optional<?>> ofTables = new LinkedHashMap<>();
        ofTables.put("feature-columns", featureColumns);
        ofTables.put("exclude-columns", excludeColumns);
        ofTables.put("categorical-columns", categoricalColumns);
        ofTables.put("weight-column", weightColumn);
        ofTables.put("split-by", splitBy);
        ofTables.forEach((option, value) -> problems.expect(
                value.isEmpty(), option, "none for idx files, which have no columns", value.orElse(null)));
        problems.expect(
                scaling == Scaling.AUTO || scaling == Scaling.NONE,
                "scaling",
                "auto or none for idx files, whose bytes --feature-scale multiplies",
                Options.text(scaling));
        problems.expect(classWeights.equals("none"), "class-weights", "none for idx files", "'" + classWeights + "'");
    }
}
