package io.lockstep.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * One axis of a chart.
 *
 * @param title with the unit
 * @param low value at its beginning
 * @param high value at its end; greater than {@code low}
 * @param step between ticks, which are its multiples: 1, 2 or 5 times a power of ten
 */
record Axis(String title, double low, double high, double step) {
    private static final int TICKS = 5;
    /** Beyond it, the difference of two numbers could be infinite. */
    private static final double LARGEST = 1e300;

    private static final int MOST_DECIMALS = 6;

    /** An axis that begins and ends with a tick and has room for all finite values. */
    static Axis of(String title, DoubleStream values) {
        double[] range = range(values);
        double step = niceStep((range[1] - range[0]) / TICKS);
        double low = Math.floor(range[0] / step + 1e-9) * step;
        double high = Math.ceil(range[1] / step - 1e-9) * step;
        return new Axis(title, low, high > low ? high : low + step, step);
    }

    /** From the first to the last epoch, with ticks at whole numbers. */
    static Axis epochs(DoubleStream values) {
        double[] epochs = values.sorted().toArray();
        double first = epochs.length == 0 ? 1 : epochs[0];
        double last = epochs.length == 0 ? 1 : epochs[epochs.length - 1];
        double step = Math.max(1, niceStep((last - first) / TICKS));
        return last > first ? new Axis("epoch", first, last, step) : new Axis("epoch", first - 0.5, first + 0.5, 1);
    }

    /** From 0 to 1. */
    static Axis parts(String title) {
        return new Axis(title, 0, 1, 0.2);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        long first = (long) Math.ceil(low / step - 1e-9);
        long last = (long) Math.floor(high / step + 1e-9);
        for (long tick = first; tick <= last; tick++) {
            ticks.add(tick * step);
        }
        return ticks;
    }

    String label(double tick) {
        int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        boolean plain = decimals <= MOST_DECIMALS && Math.max(Math.abs(low), Math.abs(high)) < 1e6;
        return String.format(Locale.ROOT, plain ? "%." + decimals + "f" : "%.1e", tick + 0.0); // no -0
    }

    /** Where a value lies: 0 at the beginning, 1 at the end. */
    double place(double value) {
        return (bounded(value) - low) / (high - low);
    }

    private static double[] range(DoubleStream values) {
        double[] finite =
                values.filter(Double::isFinite).map(Axis::bounded).sorted().toArray();
        if (finite.length == 0) {
            return new double[] {0, 1};
        }
        double low = finite[0];
        double high = finite[finite.length - 1];
        double least = Math.max(Math.abs(high), Math.abs(low)) * 1e-6;
        if (high - low <= least) { // one value, or as good as one
            double room = high == 0 ? 1 : Math.abs(high) / 10;
            return new double[] {low - room, high + room};
        }
        return new double[] {low, high};
    }

    private static double bounded(double value) {
        return Math.max(-LARGEST, Math.min(LARGEST, value));
    }

    private static double niceStep(double least) {
        if (!(least > Double.MIN_NORMAL)) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * power >= least * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
