package io.lockstep.cli;

import io.lockstep.data.Label;
import io.lockstep.data.Split;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.training.TrainingObserver;
import io.lockstep.training.TrainingOutline;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows what is going to be trained, before it begins. */
record OpeningTable(PrintWriter out) implements TrainingObserver {
    private static final int MOST_LINES = 25;
    private static final int MOST_CATEGORIES = 6;

    @Override
    public void prepared(TrainingOutline outline) {
        columns(outline);
        classes(outline);
        print(
                "network %s, %d parameters; %d shards in %d tasks, %d steps an epoch%n",
                outline.network(),
                outline.network().parameterCount(),
                outline.shards(),
                outline.partitions(),
                outline.stepsPerEpoch());
        print(
                "memory for the data: %.1f MB needed, %.1f MB available, on each executor (%d)%n",
                megabytes(outline.dataBytes() / outline.executors()),
                megabytes(outline.memoryBytes() / outline.executors()),
                outline.executors());
        out.println();
        out.flush();
    }

    private void columns(TrainingOutline outline) {
        List<ColumnPreparation> columns = outline.preparation().columns();
        print("%-24s %8s%n", "column", "inputs");
        columns.stream()
                .limit(MOST_LINES)
                .forEach(column -> print(
                        "%-24s %8d  %s%s%n",
                        column.name(),
                        column.inputCount(),
                        description(column),
                        outline.constant().contains(column.name()) ? "; all rows have the same value" : ""));
        more(columns.size(), "columns");
    }

    private void classes(TrainingOutline outline) {
        List<Split> splits = outline.rows().entrySet().stream()
                .filter(split -> !split.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        out.println();
        print(
                "%-24s%s%n",
                "class",
                splits.stream()
                        .map(split -> String.format(Locale.ROOT, " %12s", split.label()))
                        .collect(Collectors.joining()));
        for (Label label : outline.classes().stream().limit(MOST_LINES).toList()) {
            print(
                    "%-24s%s%n",
                    label,
                    splits.stream()
                            .map(split -> String.format(
                                    Locale.ROOT,
                                    " %12d",
                                    outline.rows().get(split).getOrDefault(label, 0L)))
                            .collect(Collectors.joining()));
        }
        more(outline.classes().size(), "classes");
        out.println();
    }

    private void more(int count, String what) {
        if (count > MOST_LINES) {
            print("… and %d more %s%n", count - MOST_LINES, what);
        }
    }

    private static String description(ColumnPreparation column) {
        if (column instanceof ColumnPreparation.Categories categories) {
            List<String> names = categories.categories();
            return "one of " + names.stream().limit(MOST_CATEGORIES).collect(Collectors.joining(", "))
                    + (names.size() > MOST_CATEGORIES ? ", …" : "");
        }
        if (column instanceof ColumnPreparation.Bytes bytes) {
            return "bytes · " + bytes.scale();
        }
        ColumnPreparation.Numbers numbers = (ColumnPreparation.Numbers) column;
        return numbers.array()
                ? "array of numbers, each prepared by itself"
                : String.format(
                        Locale.ROOT,
                        "(x %s %.6g) / %.6g",
                        numbers.subtract()[0] < 0 ? "+" : "−",
                        Math.abs(numbers.subtract()[0]),
                        numbers.divide()[0]);
    }

    private static double megabytes(long bytes) {
        return bytes / (double) (1 << 20);
    }

    private void print(String format, Object... arguments) {
        out.printf(Locale.ROOT, format, arguments);
    }
}
