package io.lockstep.data.prepare;

import io.lockstep.LockstepException;
import io.lockstep.data.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Learns a preparation.
 *
 * @param factor by which numbers are multiplied if they are not scaled otherwise
 * @param replaceMissing whether missing numbers are replaced by the mean and missing categories by zeros, or both are
 *     refused
 * @param unseenAllowed whether categories that no training row has become zeros, or are refused
 */
public record Learning(Scaling scaling, double factor, boolean replaceMissing, boolean unseenAllowed) {
    /** Each category is an input, and a column with more was most likely meant for something else. */
    public static final int MOST_CATEGORIES = 10_000;

    /**
     * @param statistics of the training rows
     * @param place of the training data, for messages
     * @throws LockstepException of kind {@code DATA} if a column has too many categories
     */
    public Preparation of(List<InputColumn> inputs, Statistics statistics, String place) {
        boolean move = !scaling.keepsZeros(statistics.nonZeros(), numberCount(inputs, statistics));
        List<ColumnPreparation> columns = new ArrayList<>();
        int position = 0;
        for (InputColumn input : inputs) {
            columns.add(
                    input.kind() == InputColumn.Kind.CATEGORY
                            ? categories(input, position, statistics, place)
                            : numbers(input, position, statistics, move));
            position += input.width();
        }
        return new Preparation(columns);
    }

    /** The columns of which all rows have the same value. */
    public static List<String> constantColumns(List<InputColumn> inputs, Statistics statistics) {
        List<String> constant = new ArrayList<>();
        int position = 0;
        for (InputColumn input : inputs) {
            boolean same = input.kind() == InputColumn.Kind.CATEGORY
                    ? statistics
                            .categories(position)
                            .filter(found -> found.size() == 1)
                            .isPresent()
                    : input.width() == 1 && statistics.least(position) == statistics.greatest(position);
            if (same && !statistics.hasMissing(position)) {
                constant.add(input.name());
            }
            position += input.width();
        }
        return constant;
    }

    private static long numberCount(List<InputColumn> inputs, Statistics statistics) {
        return inputs.stream()
                .filter(input -> input.kind() != InputColumn.Kind.CATEGORY)
                .mapToLong(input -> input.width() * statistics.rows())
                .sum();
    }

    private ColumnPreparation numbers(InputColumn input, int first, Statistics statistics, boolean move) {
        double[] subtract = new double[input.width()];
        double[] divide = new double[input.width()];
        double[] missing = new double[input.width()];
        for (int i = 0; i < input.width(); i++) {
            int position = first + i;
            missing[i] = replaceMissing ? statistics.mean(position) : Double.NaN;
            switch (scaling) {
                case NONE -> divide[i] = 1 / factor;
                case MIN_MAX -> {
                    double least = statistics.least(position);
                    boolean any = Double.isFinite(least);
                    subtract[i] = any ? least : 0;
                    divide[i] = any ? orOne(statistics.greatest(position) - least) : 1;
                }
                case AUTO, STANDARDIZE -> {
                    subtract[i] = move ? statistics.mean(position) : 0;
                    divide[i] = orOne(statistics.deviation(position));
                }
            }
        }
        return new ColumnPreparation.Numbers(
                input.name(), input.kind() == InputColumn.Kind.ARRAY, subtract, divide, missing);
    }

    /** A column whose values are all the same becomes 0, not a division by 0. */
    private static double orOne(double spread) {
        return spread == 0 ? 1 : spread;
    }

    private ColumnPreparation categories(InputColumn input, int position, Statistics statistics, String place) {
        List<String> categories = statistics
                .categories(position)
                .orElseThrow(() -> LockstepException.data(place + ": column '" + input.name() + "': expected at most "
                        + MOST_CATEGORIES + " categories, found more; leave it out by --exclude-columns '"
                        + input.name()
                        + "', or group its values"))
                .stream()
                .sorted(Comparator.comparing(Label::new))
                .toList();
        return new ColumnPreparation.Categories(input.name(), categories, unseenAllowed, replaceMissing);
    }
}
