package io.lockstep.training;

import io.lockstep.data.DataFormat;
import java.util.Optional;

/**
 * What to train and judge on.
 *
 * @param validationFraction of the training rows, if there is no validation set of their own; in [0, 1)
 * @param featureScale by which each feature is multiplied
 */
public record DataConfig(
        DataFormat format,
        String train,
        Optional<String> validation,
        Optional<String> test,
        double validationFraction,
        double featureScale) {
    void check(Problems problems) {
        problems.expect(!train.isBlank(), "train", "the location of the training data", "nothing");
        problems.expectNoCredentials("train", train);
        validation.ifPresent(uri -> problems.expectNoCredentials("validation", uri));
        test.ifPresent(uri -> problems.expectNoCredentials("test", uri));
        problems.expect(
                validationFraction >= 0 && validationFraction < 1,
                "validation-fraction",
                "a number from 0 to below 1",
                validationFraction);
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
