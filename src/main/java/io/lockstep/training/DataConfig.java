package io.lockstep.training;

import io.lockstep.data.DataFormat;
import io.lockstep.training.Option.Effect;
import java.util.Optional;

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
                name = "format",
                label = "NAME",
                defaultValue = "idx",
                description = "Of the data files: ${CANDIDATES}.")
        DataFormat format,

        @Option(
                name = "feature-scale",
                label = "F",
                defaultValue = "0.00390625",
                description = "Multiplies every feature; 1/256 maps bytes to [0, 1).")
        double featureScale) {
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
        problems.expect(
                Float.isFinite((float) featureScale) && (float) featureScale != 0,
                "feature-scale",
                "a number but 0",
                featureScale);
    }
}
