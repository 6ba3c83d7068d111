package io.lockstep.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One line of a chart. Where a value is not finite the line has a gap.
 *
 * @param style class of the style sheet, which gives the colour
 */
record Line(String name, String style, double[] x, double[] y) {
    Line {
        if (x.length != y.length) {
            throw new IllegalArgumentException("expected " + x.length + " values, found " + y.length);
        }
    }

    static <T> Line of(String name, String style, List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
        return new Line(
                name,
                style,
                points.stream().mapToDouble(x).toArray(),
                points.stream().mapToDouble(y).toArray());
    }

    /** Every n-th point and the last, if there are more than a chart can show. */
    Line atMost(int points) {
        int every = (x.length + points - 1) / points;
        if (every <= 1) {
            return this;
        }
        int[] kept = IntStream.range(0, x.length)
                .filter(i -> i % every == 0 || i == x.length - 1)
                .toArray();
        return new Line(
                name,
                style,
                IntStream.of(kept).mapToDouble(i -> x[i]).toArray(),
                IntStream.of(kept).mapToDouble(i -> y[i]).toArray());
    }

    boolean isPoint(int i) {
        return Double.isFinite(x[i]) && Double.isFinite(y[i]);
    }

    /** In words, for those who do not see the chart. */
    String description() {
        int last = x.length - 1;
        return switch (x.length) {
            case 0 -> name + ": no values";
            case 1 -> name + ": " + Numbers.general(y[0]) + " at " + Numbers.general(x[0]);
            default ->
                name + ": from " + Numbers.general(y[0]) + " at " + Numbers.general(x[0]) + " to "
                        + Numbers.general(y[last]) + " at " + Numbers.general(x[last]);
        };
    }
}
