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
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how training goes: on a terminal a bar for each epoch with the loss and accuracy of its batches so far, and
 * everywhere one plain line when an epoch is complete.
 */
final class ProgressReport implements TrainingObserver, AutoCloseable {
    private static final int REFRESH_MILLIS = 200;

    private final PrintWriter out;
    private final int epochs;
    private final boolean terminal;
    private ProgressBar bar;
    private LossSum soFar = LossSum.ZERO;

    private ProgressReport(PrintWriter out, int epochs, boolean terminal) {
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
            out.printf(Locale.ROOT, "resuming after step %d, in epoch %d%n", start.step(), start.epoch() + 1);
        }
    }

    @Override
    public void stepCompleted(StepEvent event) {
        if (!terminal) {
            return;
        }
        if (bar == null) {
            soFar = LossSum.ZERO;
            bar = new ProgressBarBuilder()
                    .setTaskName("epoch " + event.epoch() + "/" + epochs)
                    .setInitialMax(event.stepsPerEpoch())
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REFRESH_MILLIS)
                    .clearDisplayOnFinish()
                    .build();
        }
        soFar = soFar.plus(event.batch());
        bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4f accuracy %.4f", soFar.meanLoss(), soFar.accuracy()));
        bar.stepTo(event.step());
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        close();
        String scores = event.metrics().splits().keySet().stream()
                .map(split -> score(event.metrics(), split))
                .collect(Collectors.joining("  "));
        out.printf(
                Locale.ROOT,
                "epoch %d/%d  %s  %.1f s%n",
                event.metrics().at().epoch(),
                epochs,
                scores,
                event.metrics().at().seconds());
        out.flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
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
