package io.lockstep.data.prepare;

import io.lockstep.ExactSum;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a preparation is learned from: sums over training rows. They are exact, so they do not depend on any order.
 *
 * <p>Zeros are not handed over one by one: what is not a number, missing or a text of a row is 0.
 */
public final class Statistics implements Serializable {
    private static final long serialVersionUID = 1;

    private final ExactSum weight = new ExactSum();
    private final Values[] values;
    private final int mostCategories;
    private long rows;
    private long nonZeros;

    /** The values at one position. */
    private static final class Values implements Serializable {
        private static final long serialVersionUID = 1;

        private final ExactSum sum = new ExactSum();
        private final ExactSum squares = new ExactSum();
        private ExactSum missingWeight;
        private HashSet<String> categories;
        private double least = Double.POSITIVE_INFINITY;
        private double greatest = Double.NEGATIVE_INFINITY;
        private long present;
        private long missing;

        private void add(Values other) {
            sum.merge(other.sum);
            squares.merge(other.squares);
            if (other.missingWeight != null) {
                missingWeight().merge(other.missingWeight);
            }
            if (other.categories != null) {
                categories().addAll(other.categories);
            }
            least = Math.min(least, other.least);
            greatest = Math.max(greatest, other.greatest);
            present += other.present;
            missing += other.missing;
        }

        private ExactSum missingWeight() {
            missingWeight = missingWeight == null ? new ExactSum() : missingWeight;
            return missingWeight;
        }

        private Set<String> categories() {
            categories = categories == null ? new HashSet<>() : categories;
            return categories;
        }
    }

    /**
     * @param valueCount values of a row
     * @param mostCategories how many different texts are kept of a position, and one more
     */
    public Statistics(int valueCount, int mostCategories) {
        this.values = new Values[valueCount];
        this.mostCategories = mostCategories;
    }

    /** Begins a row. */
    public void row(double rowWeight) {
        rows++;
        weight.add(rowWeight);
    }

    /** @param value finite, not 0 */
    public void number(int position, double value, double rowWeight) {
        Values of = at(position);
        double square = value * value;
        of.sum.addProduct(rowWeight, value);
        of.squares.addProduct(rowWeight, square);
        of.squares.addProduct(rowWeight, Math.fma(value, value, -square));
        of.least = Math.min(of.least, value);
        of.greatest = Math.max(of.greatest, value);
        of.present++;
        nonZeros++;
    }

    public void missing(int position, double rowWeight) {
        Values of = at(position);
        of.missing++;
        of.missingWeight().add(rowWeight);
    }

    public void text(int position, String value) {
        Set<String> categories = at(position).categories();
        if (categories.size() <= mostCategories) {
            categories.add(value);
        }
    }

    /** Adds other rows. */
    public Statistics plus(Statistics other) {
        rows += other.rows;
        nonZeros += other.nonZeros;
        weight.merge(other.weight);
        for (int position = 0; position < values.length; position++) {
            if (other.values[position] != null) {
                at(position).add(other.values[position]);
            }
        }
        return this;
    }

    public long rows() {
        return rows;
    }

    /** The sum of the rows' weights. */
    public double weight() {
        return weight.toDouble();
    }

    /** Numbers other than 0. */
    long nonZeros() {
        return nonZeros;
    }

    boolean hasMissing(int position) {
        return values[position] != null && values[position].missing > 0;
    }

    /** The weighted mean of the values that are there; 0 if there are none. */
    double mean(int position) {
        BigDecimal present = presentWeight(position);
        return present.signum() == 0
                ? 0
                : sum(position).divide(present, MathContext.DECIMAL128).doubleValue();
    }

    /** The square root of the weighted mean of squared distances from the mean. */
    double deviation(int position) {
        BigDecimal present = presentWeight(position);
        if (present.signum() == 0) {
            return 0;
        }
        BigDecimal sum = sum(position);
        BigDecimal squares = values[position] == null ? BigDecimal.ZERO : values[position].squares.toBigDecimal();
        BigDecimal spread = squares.multiply(present).subtract(sum.multiply(sum));
        return Math.sqrt(
                spread.divide(present.multiply(present), MathContext.DECIMAL128).doubleValue());
    }

    double least(int position) {
        return hasZeros(position) ? Math.min(0, at(position).least) : at(position).least;
    }

    double greatest(int position) {
        return hasZeros(position) ? Math.max(0, at(position).greatest) : at(position).greatest;
    }

    /** The texts at a position; empty if there are too many. */
    Optional<Set<String>> categories(int position) {
        Set<String> found = at(position).categories();
        return found.size() > mostCategories ? Optional.empty() : Optional.of(found);
    }

    private boolean hasZeros(int position) {
        return at(position).present + at(position).missing < rows;
    }

    private BigDecimal sum(int position) {
        return values[position] == null ? BigDecimal.ZERO : values[position].sum.toBigDecimal();
    }

    private BigDecimal presentWeight(int position) {
        Values of = values[position];
        BigDecimal all = weight.toBigDecimal();
        return of == null || of.missingWeight == null ? all : all.subtract(of.missingWeight.toBigDecimal());
    }

    private Values at(int position) {
        if (values[position] == null) {
            values[position] = new Values();
        }
        return values[position];
    }
}
