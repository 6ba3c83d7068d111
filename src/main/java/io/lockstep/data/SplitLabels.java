package io.lockstep.data;

import io.lockstep.LockstepException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The labels of each split, and whether one can train and judge on them. */
final class SplitLabels {
    private static final int DIGITS_OF_A_DOUBLE = 17;

    private final Map<Split, SortedMap<Label, LabelRows>> rows = new EnumMap<>(Split.class);
    private final Map<Split, String> places = new EnumMap<>(Split.class);
    private final double validationFraction;

    /** @param train the training data, for messages; likewise the other two, where they have data of their own */
    SplitLabels(
            List<ShardSummary> summaries,
            String train,
            Optional<String> validation,
            Optional<String> test,
            double validationFraction) {
        places.put(Split.TRAIN, train);
        validation.ifPresent(place -> places.put(Split.VALIDATION, place));
        test.ifPresent(place -> places.put(Split.TEST, place));
        for (Split split : Split.values()) {
            rows.put(split, new TreeMap<>());
        }
        summaries.forEach(summary -> summary.tally()
                .labels()
                .forEach((label, found) -> rows.get(summary.split()).merge(label, found, LabelRows::plus)));
        this.validationFraction = validationFraction;
    }

    /**
     * The labels of the training rows, ascending.
     *
     * @throws LockstepException of kind {@code DATA} if there are fewer than two, or if another split has others, or no
     *     rows in spite of data of its own
     */
    List<Label> classes() {
        SortedSet<Label> given = new TreeSet<>(given().keySet());
        if (given.size() < 2) {
            throw LockstepException.data(places.get(Split.TRAIN)
                    + ": expected training rows of at least two classes, found only label " + given);
        }
        SortedSet<Label> known = new TreeSet<>(rows.get(Split.TRAIN).keySet());
        given.removeAll(known);
        if (!given.isEmpty()) {
            throw LockstepException.data("--validation-fraction: expected rows of each label to train on, found that "
                    + text(validationFraction) + " leaves none of label " + given + ", of which there are "
                    + count(Split.VALIDATION, given) + "; use "
                    + workable().map(fraction -> fraction + " or ").orElse("") + "0, or give more rows of that label");
        }
        places.forEach(this::requireRows);
        requireKnown(Split.VALIDATION, known);
        requireKnown(Split.TEST, known);
        return List.copyOf(known);
    }

    /** The number of rows of each label in a split. */
    Map<Label, Long> counts(Split split) {
        Map<Label, Long> counts = new TreeMap<>();
        rows.get(split).forEach((label, found) -> counts.put(label, found.count()));
        return counts;
    }

    /**
     * @param purpose what the rows are for, as an option
     * @param otherwise an option that does without them
     * @throws LockstepException of kind {@code DATA} if a part of the training rows was to go to validation, but none
     *     did
     */
    void requireValidationRows(String purpose, String otherwise) {
        if (validationFraction > 0 && rows.get(Split.VALIDATION).isEmpty()) {
            SortedMap<Label, LabelRows> given = given();
            throw LockstepException.data("--validation-fraction: expected validation rows for " + purpose
                    + ", found that " + text(validationFraction) + " of " + count(given.values())
                    + " rows is none; use "
                    + workable()
                            .map(fraction -> "--validation-fraction " + fraction + ", or ")
                            .orElse("")
                    + otherwise);
        }
    }

    private void requireRows(Split split, String place) {
        if (rows.get(split).isEmpty()) {
            throw LockstepException.data(
                    place + ": expected " + split.label() + " rows, found none of a weight above 0");
        }
    }

    private void requireKnown(Split split, SortedSet<Label> known) {
        SortedSet<Label> unknown = new TreeSet<>(rows.get(split).keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            String place = places.getOrDefault(split, places.get(Split.TRAIN));
            throw LockstepException.data(
                    place + ": expected " + split.label() + " rows with the labels of the training rows "
                            + known + ", found " + unknown + " too, in " + count(split, unknown) + " of "
                            + count(rows.get(split).values()) + " rows");
        }
    }

    /** The rows of the training data before the split. */
    private SortedMap<Label, LabelRows> given() {
        SortedMap<Label, LabelRows> given = new TreeMap<>(rows.get(Split.TRAIN));
        if (!places.containsKey(Split.VALIDATION)) {
            rows.get(Split.VALIDATION).forEach((label, found) -> given.merge(label, found, LabelRows::plus));
        }
        return given;
    }

    /**
     * The fraction nearest to the given one, with as few digits as possible, that puts at least one row into validation
     * and leaves one of each label; empty if there is none.
     */
    private Optional<String> workable() {
        double above = given().values().stream()
                .mapToDouble(LabelRows::lowestPlace)
                .min()
                .orElseThrow();
        double most = given().values().stream()
                .mapToDouble(LabelRows::highestPlace)
                .min()
                .orElseThrow();
        boolean tooLow = validationFraction <= above;
        BigDecimal nearest = new BigDecimal(tooLow ? Math.nextUp(above) : most);
        for (int digits = 1; digits <= DIGITS_OF_A_DOUBLE; digits++) {
            BigDecimal rounded = nearest.round(new MathContext(digits, tooLow ? RoundingMode.UP : RoundingMode.DOWN));
            if (rounded.doubleValue() > above && rounded.doubleValue() <= most) {
                return Optional.of(rounded.toPlainString());
            }
        }
        return Optional.empty();
    }

    private static String text(double fraction) {
        return BigDecimal.valueOf(fraction).stripTrailingZeros().toPlainString();
    }

    private long count(Split split, SortedSet<Label> labels) {
        return count(labels.stream().map(rows.get(split)::get).toList());
    }

    private static long count(Collection<LabelRows> rows) {
        return rows.stream().mapToLong(LabelRows::count).sum();
    }
}
