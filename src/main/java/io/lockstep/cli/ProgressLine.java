package io.lockstep.cli;

import io.lockstep.nn.LossSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far training has come, as one line.
 *
 * @param soFar of the epoch's steps
 * @param rowsPerSecond of the epoch so far; NaN while it is not known
 * @param secondsLeft until all epochs are done; NaN while it is not known
 */
record ProgressLine(Position at, LossSum soFar, double rowsPerSecond, double secondsLeft) {
    private static final String GAP = "  ";
    private static final int SHORTEST_BAR = 10;
    private static final int LONGEST_BAR = 30;
    private static final int SECONDS_OF_MINUTE = 60;
    private static final int MINUTES_OF_HOUR = 60;
    private static final int ONE_DIGIT = 10;

    /**
     * @param epoch counted from 1
     * @param step complete steps of the epoch
     */
    record Position(int epoch, int epochs, long step, long stepsPerEpoch) {
        private String percent() {
            return format("%3d%%", 100 * step / stepsPerEpoch);
        }

        private String bar(int length) {
            int done = (int) (length * step / stepsPerEpoch);
            return "[" + "=".repeat(done) + (done < length ? ">" : "") + " ".repeat(Math.max(0, length - done - 1))
                    + "]";
        }
    }

    /** All of it, for a log. */
    String text() {
        return String.join(GAP, parts(Integer.MAX_VALUE));
    }

    /** What matters most of it, as far as there is room, and a bar if there is room for that too. */
    String text(int width) {
        List<String> parts = parts(width);
        int room = width - length(parts) - GAP.length() - "[]".length();
        if (room >= SHORTEST_BAR) {
            parts.add(2, at.bar(Math.min(room, LONGEST_BAR)));
        }
        String text = String.join(GAP, parts);
        return text.substring(0, Math.min(width, text.length()));
    }

    private List<String> parts(int width) {
        List<String> kept = new ArrayList<>(List.of(epoch(), at.percent()));
        for (String next : List.of(score(), left(), rate(), steps())) { // what matters most comes first
            if (!next.isEmpty() && length(kept) + GAP.length() + next.length() <= width) {
                kept.add(next);
            }
        }
        List<String> parts = new ArrayList<>(List.of(epoch(), at.percent(), steps(), rate(), left(), score()));
        parts.retainAll(kept);
        return parts;
    }

    private static int length(List<String> parts) {
        return String.join(GAP, parts).length();
    }

    private String epoch() {
        return "epoch " + at.epoch() + "/" + at.epochs();
    }

    private String steps() {
        return "step " + at.step() + "/" + at.stepsPerEpoch();
    }

    private String rate() {
        if (Double.isNaN(rowsPerSecond)) {
            return "";
        }
        return format(rowsPerSecond < ONE_DIGIT ? "%.1f rows/s" : "%.0f rows/s", rowsPerSecond);
    }

    private String left() {
        if (Double.isNaN(secondsLeft)) {
            return "";
        }
        long seconds = Math.round(secondsLeft);
        long minutes = seconds / SECONDS_OF_MINUTE;
        long hours = minutes / MINUTES_OF_HOUR;
        return (hours == 0
                        ? format("%d:%02d", minutes, seconds % SECONDS_OF_MINUTE)
                        : format("%d:%02d:%02d", hours, minutes % MINUTES_OF_HOUR, seconds % SECONDS_OF_MINUTE))
                + " left";
    }

    private String score() {
        return soFar.weight() > 0 ? format("loss %.4f accuracy %.4f", soFar.meanLoss(), soFar.accuracy()) : "";
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
