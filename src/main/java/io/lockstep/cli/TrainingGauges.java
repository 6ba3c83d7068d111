package io.lockstep.cli;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.lockstep.training.RunStart;
import io.lockstep.training.TrainingObserver;
import io.lockstep.training.checkpoint.TrainingState;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * How training goes, as gauges of Spark's metrics system, from where Prometheus, JMX and the like read them:
 * {@code lockstep.loss} and {@code accuracy} of the last step's rows before its update, {@code stepSeconds},
 * {@code rowsPerSecond}, {@code epoch} and {@code step}.
 */
final class TrainingGauges implements TrainingObserver, Source, AutoCloseable {
    private final MetricRegistry registry = new MetricRegistry();
    private volatile Values now = new Values(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, 0);
    private double secondsBefore;
    private boolean registered;

    private record Values(
            double loss, double accuracy, double stepSeconds, double rowsPerSecond, int epoch, long step) {}

    TrainingGauges() {
        gauge("loss", Values::loss);
        gauge("accuracy", Values::accuracy);
        gauge("stepSeconds", Values::stepSeconds);
        gauge("rowsPerSecond", Values::rowsPerSecond);
        gauge("epoch", Values::epoch);
        gauge("step", Values::step);
    }

    @Override
    public String sourceName() {
        return "lockstep";
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }

    @Override
    public void runStarted(RunStart start) {
        SparkEnv.get().metricsSystem().registerSource(this);
        registered = true;
    }

    @Override
    public void trainingStarted(TrainingState start) {
        secondsBefore = Double.NaN; // what is not known yet is not a number
    }

    @Override
    public void stepCompleted(StepEvent event) {
        double seconds = event.seconds() - secondsBefore;
        secondsBefore = event.seconds();
        now = new Values(
                event.batch().meanLoss(),
                event.batch().accuracy(),
                seconds,
                event.batch().exampleCount() / seconds,
                event.epoch(),
                event.state().step());
    }

    /** The next step's time does not include the evaluation. */
    @Override
    public void epochCompleted(EpochEvent event) {
        secondsBefore = event.metrics().at().seconds();
    }

    @Override
    public void close() {
        SparkEnv environment = SparkEnv.get();
        if (registered && environment != null) {
            environment.metricsSystem().removeSource(this);
        }
    }

    private void gauge(String name, ToDoubleFunction<Values> value) {
        registry.register(name, (Gauge<Double>) () -> value.applyAsDouble(now));
    }
}
