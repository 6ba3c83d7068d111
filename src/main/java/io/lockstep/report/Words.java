package io.lockstep.report;

import io.lockstep.data.Split;
import java.util.List;
import java.util.stream.DoubleStream;

/** What pages of one run and of several have in common. */
final class Words {
    private Words() {}

    static String of(Split split) {
        return split == Split.TRAIN ? "training" : split.label();
    }

    /** A chart with whole epochs from left to right. */
    static LineChart byEpoch(String title, String unit, List<Line> lines) {
        return new LineChart(
                title,
                Axis.epochs(lines.stream().flatMapToDouble(line -> DoubleStream.of(line.x()))),
                Axis.of(unit, lines.stream().flatMapToDouble(line -> DoubleStream.of(line.y()))),
                lines);
    }
}
