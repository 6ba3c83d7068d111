package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.training.FinalEvaluation;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingObserver;
import io.lockstep.training.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.metrics.sink.PrometheusServlet;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others see of a training while it goes on. */
class LiveTest {
    @TempDir
    private Path directory;

    @Test
    void gaugesAreScrapedAndJobsAreDescribedWhileTrainingGoesOn() throws Exception {
        List<String> descriptions = Collections.synchronizedList(new ArrayList<>());
        Scraper scraper = new Scraper();
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "true")
                .set("spark.ui.port", "0")
                .set("spark.metrics.conf.*.sink.prometheusServlet.class", PrometheusServlet.class.getName())
                .set("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
        Path images = IdxData.clusters(300, 8, 3, 1).write(directory, "train");
        TrainingConfig config = TrainingConfig.of(Map.of(
                "train",
                images.toString(),
                "output",
                "unused",
                "epochs",
                2,
                "batch-size",
                60,
                "engine",
                EngineChoice.AGGREGATE));
        try (JavaSparkContext spark = new JavaSparkContext(conf);
                TrainingGauges gauges = new TrainingGauges()) {
            scraper.url = spark.sc().uiWebUrl().get() + "/metrics/prometheus";
            spark.sc().addSparkListener(new SparkListener() {
                @Override
                public void onJobStart(SparkListenerJobStart job) {
                    descriptions.add(String.valueOf(job.properties().getProperty("spark.job.description")));
                }
            });
            RunDirectory output = RunDirectory.at(directory.resolve("run").toString(), spark.hadoopConfiguration());
            List<TrainingObserver> observers = List.of(gauges, new JobDescriptions(spark, 2), scraper);
            try (TrainingRun run = TrainingRun.open(config, output, rows -> new byte[0], FinalEvaluation.NONE)) {
                run.run(spark, observers, () -> false);
            }
            spark.sc().listenerBus().waitUntilEmpty();
        }
        assertThat(scraper.gauge("epoch")).isEqualTo(2);
        assertThat(scraper.gauge("step")).isEqualTo(scraper.step);
        assertThat(scraper.gauge("loss")).isEqualTo(scraper.loss);
        assertThat(scraper.gauge("accuracy")).isBetween(0.0, 1.0);
        assertThat(scraper.gauge("stepSeconds")).isPositive();
        assertThat(scraper.gauge("rowsPerSecond")).isPositive();
        assertThat(descriptions)
                .contains("epoch 1/2")
                .anyMatch(text -> text.matches("epoch 2/2 · step 3/\\d+"))
                .contains("epoch 2/2 · evaluation");
    }

    @Test
    void aStepThatTakesLongIsSaidAtOnceAndThenMoreRarely() {
        try (SlowSteps slow = new SlowSteps(() -> "a test")) {
            assertThat(slow.line(System.nanoTime())).isEmpty();
            slow.trainingStarted(null);
            long start = System.nanoTime();
            assertThat(slow.line(start + TimeUnit.SECONDS.toNanos(9))).isEmpty();
            assertThat(slow.line(start + TimeUnit.SECONDS.toNanos(11)))
                    .contains("the first step has taken 11 s so far, waiting for a test");
            assertThat(slow.line(start + TimeUnit.SECONDS.toNanos(19))).isEmpty();
            assertThat(slow.line(start + TimeUnit.SECONDS.toNanos(21))).isPresent();
            assertThat(slow.line(start + TimeUnit.SECONDS.toNanos(39))).isEmpty();
        }
    }

    /** Reads Spark's page for Prometheus after the third step of the second epoch. */
    private static final class Scraper implements TrainingObserver {
        private String url;
        private String page = "";
        private double loss;
        private long step;

        @Override
        public void stepCompleted(StepEvent event) {
            if (event.epoch() == 2 && event.step() == 3) {
                loss = event.batch().meanLoss();
                step = event.state().step();
                page = get(url);
            }
        }

        double gauge(String name) {
            Matcher line = Pattern.compile("metrics_\\S*_driver_lockstep_" + name + "_Value\\{[^}]*} (\\S+)")
                    .matcher(page);
            assertThat(line.find()).as(page).isTrue();
            return Double.parseDouble(line.group(1));
        }

        private static String get(String url) {
            try {
                return HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.ALWAYS)
                        .build()
                        .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                        .body();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }
}
