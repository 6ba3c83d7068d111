package io.lockstep.cli;

import io.lockstep.data.Split;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.nn.LossSum;
import io.lockstep.training.TrainingObserver;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows how training goes: everywhere one plain line when an epoch is complete; on a terminal, also a bar for each
 * epoch with the rate, the time left, and the loss and accuracy of its batches so far; elsewhere, the same as a plain
 * line after every {@value #SECONDS_BETWEEN_LINES} seconds of an epoch.
 */
final class ProgressReport implements TrainingObserver, AutoCloseable {
    private static final int REFRESH_MILLIS = 200;
    private static final int SECONDS_BETWEEN_LINES = 30;

    private final PrintWriter out;
    private final int epochs;
    private final boolean terminal;
    private ProgressBar bar;
    private LossSum soFar = LossSum.ZERO;
    private double lastLineSeconds;
    /** Where the epoch began; before the first step it is not known. */
    private Mark epochStart;
    /** Where the epoch before began, or this one if it is the first: what is left is estimated from the way since. */
    private Mark estimateStart;
    /** Since the epoch began. */
    private long rows;
    /** What the bar shows, by a thread of its own. */
    private volatile ProgressLine line;

    /** @param step of the whole training */
    private record Mark(long step, double seconds) {}

    ProgressReport(PrintWriter out, int epochs, boolean terminal) {
        this.out = out;
        this.epochs = epochs;
        this.terminal = terminal;
    }

    static ProgressReport to(PrintWriter out, int epochs) {
        return new ProgressReport(out, epochs, isTerminal());
    }

    @Override
    public void engineChosen(String explanation) {
        out.println("engine " + explanation);
        out.flush();
    }

    @Override
    public void trainingStarted(TrainingState start) {
        if (start.step() > 0) {
            // not which epoch is next: there may be none
            String epochsDone = start.epoch() == 1 ? "1 epoch" : start.epoch() + " epochs";
            out.printf(Locale.ROOT, "resuming after step %d, with %s done%n", start.step(), epochsDone);
        }
    }

    @Override
    public void stepCompleted(StepEvent event) {
        soFar = soFar.plus(event.batch());
        line = line(event);
        if (terminal) {
            showBar(event);
        } else if (event.seconds() - lastLineSeconds >= SECONDS_BETWEEN_LINES) {
            lastLineSeconds = event.seconds();
            out.println(line.text());
            out.flush();
        }
    }

    private ProgressLine line(StepEvent event) {
        Mark now = new Mark(event.state().step(), event.seconds());
        ProgressLine.Position at =
                new ProgressLine.Position(event.epoch(), epochs, event.step(), event.stepsPerEpoch());
        if (epochStart == null) {
            epochStart = now;
            estimateStart = now;
            lastLineSeconds = now.seconds();
            return new ProgressLine(at, soFar, Double.NaN, Double.NaN);
        }
        rows += event.batch().exampleCount();
        double secondsPerStep = (now.seconds() - estimateStart.seconds()) / (now.step() - estimateStart.step());
        return new ProgressLine(
                at,
                soFar,
                rows / (now.seconds() - epochStart.seconds()),
                secondsPerStep * (epochs * event.stepsPerEpoch() - now.step()));
    }

    private void showBar(StepEvent event) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setInitialMax(event.stepsPerEpoch())
                    .setUpdateIntervalMillis(REFRESH_MILLIS)
                    .setRenderer((state, width) -> padded(line.text(width), width))
                    .clearDisplayOnFinish()
                    .build();
        }
        bar.stepTo(event.step());
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        close();
        double seconds = event.metrics().at().seconds();
        estimateStart = epochStart;
        epochStart = new Mark(event.state().step(), seconds);
        lastLineSeconds = seconds;
        rows = 0;
        soFar = LossSum.ZERO;
        String scores = event.metrics().splits().keySet().stream()
                .map(split -> score(event.metrics(), split))
                .collect(Collectors.joining("  "));
        out.printf(
                Locale.ROOT, "epoch %d/%d  %s  %.1f s%n", event.metrics().at().epoch(), epochs, scores, seconds);
        out.flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** So that nothing is left of a longer line before. */
    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String score(EpochMetrics metrics, Split split) {
        LossSum sums = metrics.sums(split);
        String name = split == Split.TRAIN ? "loss" : split.label();
        String accuracy = split == Split.TRAIN ? " accuracy" : "";
        return String.format(Locale.ROOT, "%s %.4f%s %.4f", name, metrics.loss(sums), accuracy, sums.accuracy());
    }

    /** From Java 22 on there is a console without a terminal too, and a method that tells. */
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }
}
