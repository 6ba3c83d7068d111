package io.lockstep.data;

import io.lockstep.LockstepException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The opened data sets of a run.
 *
 * @param validation rows of their own for validation, or empty
 * @param test rows that training never sees, or empty
 * @param validationFraction of the training rows that go to validation, by content; in [0, 1)
 */
public record Sources(
        DataSource train, Optional<DataSource> validation, Optional<DataSource> test, double validationFraction) {
    public Sources {
        int expected = train.format().featureCount();
        others(validation, test).forEach(source -> {
            int found = source.format().featureCount();
            if (found != expected) {
                throw LockstepException.data("expected " + expected
                        + " features as in the training data, found a validation or test set of " + found);
            }
        });
    }

    /** Training, validation and test data, as far as there are any. */
    public Stream<DataSource> all() {
        return Stream.concat(Stream.of(train), others(validation, test));
    }

    private static Stream<DataSource> others(Optional<DataSource> validation, Optional<DataSource> test) {
        return Stream.of(validation, test).flatMap(Optional::stream);
    }
}
