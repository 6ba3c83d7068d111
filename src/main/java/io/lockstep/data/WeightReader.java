package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.data.source.TableColumn;
import io.lockstep.data.source.TableRow;

/** Reads the weights of a table's rows. */
public final class WeightReader {
    /** Sums of weights within these limits, times class weights, are well within what a float holds. */
    private static final double LEAST = 1e-12;

    private static final double GREATEST = 1e12;

    private WeightReader() {}

    /**
     * @param at where in the row the weight is
     * @throws LockstepException of kind {@code DATA} if it is missing, negative, or out of all proportion
     */
    public static double read(TableRow row, int at, TableColumn column) {
        double weight = row.isMissing(at) ? Double.NaN : number(row, at, column);
        if (weight != 0 && !(weight >= LEAST && weight <= GREATEST)) {
            throw LockstepException.data(
                    row.place() + ": column '" + column.name() + "': expected a weight of 0 or from "
                            + LEAST + " to " + GREATEST + ", found "
                            + (row.isMissing(at) ? "none" : InputReader.quoted(row.text(at))));
        }
        return weight;
    }

    private static double number(TableRow row, int at, TableColumn column) {
        return switch (column.type()) {
            case INTEGER, NUMBER -> row.number(at);
            case WRITTEN -> Written.number(row.text(at)).orElse(Double.NaN);
            default ->
                throw LockstepException.data(row.file() + ": column '" + column.name()
                        + "': expected weights, found that it holds " + column.holds());
        };
    }
}
