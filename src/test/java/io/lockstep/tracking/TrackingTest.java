package io.lockstep.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunStart;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TrackingTest {
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());

    @Test
    void eachEpochIsToldOnceAndThenTheEnd() {
        Recorder recorder = new Recorder(0);
        try (Tracking tracking = tracking(recorder)) {
            tracking.runStarted(SampleRun.start(2));
            tracking.epochCompleted(SampleRun.epoch(3));
            tracking.epochCompleted(SampleRun.epoch(4));
            tracking.complete(SampleRun.record());
        }
        assertThat(recorder.epochs).containsExactly(1, 2, 3, 4);
        assertThat(recorder.ends).containsExactly(RunEnd.Status.FINISHED);
        assertThat(warnings).isEmpty();
    }

    @Test
    void epochsThatThePlaceHasAreNotToldAgain() {
        Recorder recorder = new Recorder(0);
        recorder.there = 2;
        try (Tracking tracking = tracking(recorder)) {
            tracking.runStarted(SampleRun.start(3));
        }
        assertThat(recorder.epochs).containsExactly(3);
    }

    @Test
    void aRunWithoutResultHasFailedUnlessItWasAskedToStop() {
        Recorder failed = new Recorder(0);
        try (Tracking tracking = tracking(failed)) {
            tracking.runStarted(SampleRun.start(0));
        }
        Recorder stopped = new Recorder(0);
        try (Tracking tracking = new Tracking(List.of(stopped), () -> true, warnings::add)) {
            tracking.runStarted(SampleRun.start(0));
        }
        assertThat(failed.ends).containsExactly(RunEnd.Status.FAILED);
        assertThat(stopped.ends).containsExactly(RunEnd.Status.KILLED);
    }

    @Test
    void aRunThatNeverStartedIsNotToldOf() {
        Recorder recorder = new Recorder(0);
        tracking(recorder).close();
        assertThat(recorder.opened).isZero();
        assertThat(recorder.ends).isEmpty();
    }

    @Test
    void whatAFailureKeptBackIsToldAtTheEnd() throws Exception {
        Recorder recorder = new Recorder(1);
        Recorder hopeless = new Recorder(Integer.MAX_VALUE);
        try (Tracking tracking = tracking(recorder, hopeless)) {
            tracking.runStarted(SampleRun.start(1));
            recorder.failed.await();
            hopeless.failed.await();
            tracking.epochCompleted(SampleRun.epoch(2));
            tracking.complete(SampleRun.record());
        }
        assertThat(recorder.epochs).containsExactly(1, 2);
        assertThat(recorder.ends).containsExactly(RunEnd.Status.FINISHED);
        String failure = "a recorder: expected an open door\\u001b; the ";
        String first = failure + "training is not affected, and what is missing there is sent again until the run ends";
        assertThat(warnings)
                .containsExactlyInAnyOrder(first, first, failure + "run directory has what is missing there");
    }

    @Test
    void newsThatComeDuringACallThatFailsWaitForTheNextAttempt() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        Recorder recorder = new Recorder(Integer.MAX_VALUE) {
            @Override
            public void add(List<MetricsRow> rows) throws Exception {
                called.countDown();
                told.await();
                super.add(rows);
            }
        };
        try (Tracking tracking = tracking(recorder)) {
            tracking.runStarted(SampleRun.start(1));
            called.await();
            tracking.epochCompleted(SampleRun.epoch(2));
            told.countDown();
            recorder.failed.await();
        }
        assertThat(recorder.opened).as("the first attempt and that of the end").isEqualTo(2);
    }

    @Test
    void aTrackerThatNeverComesBackIsGivenUpAtTheEndWithOneWarning() {
        CountDownLatch never = new CountDownLatch(1);
        Tracker hanging = new Recorder(0) {
            @Override
            public int open(RunStart run) throws Exception {
                never.await();
                return 0;
            }
        };
        try (Tracking tracking = new Tracking(List.of(hanging), () -> false, warnings::add, Duration.ofMillis(100))) {
            tracking.runStarted(SampleRun.start(1));
        }
        assertThat(warnings)
                .singleElement()
                .asString()
                .isEqualTo("a recorder: did not take everything in time; the run directory has what is missing there");
    }

    private Tracking tracking(Tracker... trackers) {
        return new Tracking(List.of(trackers), () -> false, warnings::add);
    }

    private static class Recorder implements Tracker {
        private final List<Integer> epochs = new ArrayList<>();
        private final List<RunEnd.Status> ends = new ArrayList<>();
        private final CountDownLatch failed = new CountDownLatch(1);
        private int there;
        private int opened;
        private int failures;

        /** @param failures how often it fails before it works */
        Recorder(int failures) {
            this.failures = failures;
        }

        @Override
        public String name() {
            return "a recorder";
        }

        @Override
        public int open(RunStart run) throws Exception {
            opened++;
            return there;
        }

        @Override
        public void add(List<MetricsRow> rows) throws Exception {
            if (failures-- > 0) {
                failed.countDown();
                throw new IOException("expected an open door\u001b\nwith more lines");
            }
            rows.stream().map(row -> row.at().epoch()).distinct().forEach(epochs::add);
        }

        @Override
        public void end(RunEnd end) {
            ends.add(end.status());
        }
    }
}
