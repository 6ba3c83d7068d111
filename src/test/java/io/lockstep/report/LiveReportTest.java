package io.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.linalg.Machine;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveReportTest {
    private static final RunStart START = new RunStart(
            "the run's id",
            Map.of("epochs", 9L),
            new RunRecord.Environment(
                    "0.1.0", "4.2.0", 2, "resident", "Linux amd64", List.of(new Machine("none", "17", "x86"))),
            new RunRecord.Data(100, 20, 0, 3, 5, 2, "fingerprint"),
            SampleRuns.rows(2, 1));

    @TempDir
    private Path path;

    private RunDirectory directory;
    private RunRecord record;

    @BeforeEach
    void open() {
        directory = RunDirectory.at(path.toString(), new Configuration());
        record = new RunRecord(
                START.runId(),
                List.of(),
                START.config(),
                START.environment(),
                START.data(),
                SampleRuns.complete("run", 2).outcome().result().orElseThrow());
    }

    @Test
    void theFirstPageIsWrittenWhenTrainingStartsAndTheLastSaysThatItIsComplete() throws Exception {
        List<String> pages = new ArrayList<>();
        CountDownLatch first = new CountDownLatch(1);
        try (LiveReport report = new LiveReport(directory, html -> {
            pages.add(new String(html, StandardCharsets.UTF_8));
            first.countDown();
        })) {
            report.runStarted(START);
            report.trainingStarted(null);
            first.await();
            assertThat(report.complete(record)).isEmpty();
        }
        assertThat(pages).hasSize(2);
        assertThat(pages.get(0)).contains(">still running<", "after epoch 2 of 9");
        assertThat(pages.get(1)).contains(">complete<", SampleRuns.DIGEST).doesNotContain("still running");
    }

    @Test
    void aRunThatEndsWithoutAResultIsStopped() {
        List<String> pages = new ArrayList<>();
        try (LiveReport report =
                new LiveReport(directory, html -> pages.add(new String(html, StandardCharsets.UTF_8)))) {
            report.runStarted(START);
        }
        assertThat(pages).singleElement().asString().contains("stopped before its end", "--resume");
    }

    @Test
    void aPageThatCannotBeWrittenCostsOnlyThePage() {
        IOException full = new IOException("No space left on device");
        try (LiveReport report = new LiveReport(directory, html -> {
            throw full;
        })) {
            report.runStarted(START);
            report.trainingStarted(null);
            assertThat(report.complete(record)).isEqualTo(Optional.of(full));
        }
    }
}
