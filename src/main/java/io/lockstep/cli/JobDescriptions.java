package io.lockstep.cli;

import io.lockstep.training.TrainingObserver;
import io.lockstep.training.checkpoint.TrainingState;
import org.apache.spark.api.java.JavaSparkContext;

/** What Spark's web pages call the jobs: {@code epoch 3/12 · step 120/211}. That of resident tasks names itself. */
final class JobDescriptions implements TrainingObserver {
    private final JavaSparkContext spark;
    private final int epochs;

    JobDescriptions(JavaSparkContext spark, int epochs) {
        this.spark = spark;
        this.epochs = epochs;
    }

    @Override
    public void trainingStarted(TrainingState start) {
        // The number of its first step is known when it is done.
        spark.setJobDescription("epoch " + (start.epoch() + 1) + "/" + epochs);
    }

    @Override
    public void stepCompleted(StepEvent event) {
        long next = event.step() + 1;
        String what = next <= event.stepsPerEpoch() ? "step " + next + "/" + event.stepsPerEpoch() : "evaluation";
        spark.setJobDescription("epoch " + event.epoch() + "/" + epochs + " · " + what);
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        int next = event.metrics().at().epoch() + 1;
        spark.setJobDescription(next <= epochs ? "epoch " + next + "/" + epochs : null);
    }
}
