package io.lockstep.bench;

import io.lockstep.data.Split;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Where the time of whole runs went: by epoch and by cause, and before and after all epochs. */
final class EpochCosts {
    /** Epochs that have a row of their own, because Java still compiles in them. */
    private static final int FIRST_EPOCHS = 3;

    private EpochCosts() {}

    /**
     * Milliseconds of part of a run.
     *
     * @param gradients gathering and computing, by the slowest task of each step
     * @param scheduling all else until the gradients are added: sending weights, starting tasks, waiting for results
     * @param rest checkpoints, metrics and what reports on them
     */
    private record Cost(
            double gradients, double update, double evaluation, double scheduling, double rest, double whole) {
        /** That is not part of an epoch. */
        static Cost outside(double millis) {
            return new Cost(0, 0, 0, 0, 0, millis);
        }

        static Cost of(MetricsRow epoch, double secondsBefore) {
            EpochTimes times = epoch.times();
            double gradients = times.steps().computeSlowest();
            double scheduling = times.steps().broadcast()
                    + times.steps().scheduling()
                    + times.steps().aggregation();
            double whole = epoch.at().seconds() - secondsBefore;
            double rest = whole - gradients - scheduling - times.update() - times.evaluation();
            return new Cost(
                    1e3 * gradients,
                    1e3 * times.update(),
                    1e3 * times.evaluation(),
                    1e3 * scheduling,
                    1e3 * rest,
                    1e3 * whole);
        }

        /** By the median of each column. */
        static Cost median(List<Cost> costs) {
            return new Cost(
                    median(costs, Cost::gradients),
                    median(costs, Cost::update),
                    median(costs, Cost::evaluation),
                    median(costs, Cost::scheduling),
                    median(costs, Cost::rest),
                    median(costs, Cost::whole));
        }

        private static double median(List<Cost> costs, ToDoubleFunction<Cost> column) {
            return InTurns.median(costs.stream().mapToDouble(column).toArray());
        }

        void addTo(Table table, EngineChoice engine, String part) {
            table.add(
                    engine,
                    part,
                    Math.round(gradients),
                    Math.round(update),
                    Math.round(evaluation),
                    Math.round(scheduling),
                    Math.round(rest),
                    Math.round(whole));
        }
    }

    static Table table(Map<EngineChoice, List<Command.Training>> runs) throws IOException {
        Table table = new Table(
                "The cost of an epoch by cause, conf/mnist.properties, ms (medians)",
                "engine",
                "epoch",
                "gradients",
                "update",
                "evaluation",
                "scheduling",
                "the rest",
                "whole");
        for (Map.Entry<EngineChoice, List<Command.Training>> ofEngine : runs.entrySet()) {
            add(table, ofEngine.getKey(), ofEngine.getValue());
        }
        return table;
    }

    private static void add(Table table, EngineChoice engine, List<Command.Training> runs) throws IOException {
        List<Cost> starts = new ArrayList<>();
        List<List<Cost>> first = new ArrayList<>();
        List<Cost> later = new ArrayList<>();
        List<Cost> ends = new ArrayList<>();
        for (int i = 0; i < FIRST_EPOCHS; i++) {
            first.add(new ArrayList<>());
        }
        int epochs = 0;
        for (Command.Training run : runs) {
            List<MetricsRow> rows = run.metrics(Split.TRAIN);
            epochs = rows.size();
            double seconds = 0;
            for (int i = 0; i < epochs; i++) {
                (i < FIRST_EPOCHS ? first.get(i) : later).add(Cost.of(rows.get(i), seconds));
                seconds = rows.get(i).at().seconds();
            }
            Instant ended = rows.get(epochs - 1).at().timestamp();
            double untilEnded = Duration.between(run.command().started(), ended).toMillis();
            starts.add(Cost.outside(untilEnded - 1e3 * seconds));
            ends.add(Cost.outside(1e3 * run.command().seconds() - untilEnded));
        }
        Cost.median(starts).addTo(table, engine, "before");
        for (int i = 0; i < FIRST_EPOCHS; i++) {
            Cost.median(first.get(i)).addTo(table, engine, String.valueOf(i + 1));
        }
        Cost.median(later).addTo(table, engine, (FIRST_EPOCHS + 1) + " to " + epochs + ", each");
        Cost.median(ends).addTo(table, engine, "after");
    }
}
