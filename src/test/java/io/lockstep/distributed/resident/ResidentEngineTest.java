package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.LockstepException;
import io.lockstep.data.EpochPlan;
import io.lockstep.data.IdxData;
import io.lockstep.data.IdxSource;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Sources;
import io.lockstep.data.Split;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import io.lockstep.distributed.aggregate.AggregateEngine;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60) // a hang is what could go wrong
class ResidentEngineTest {
    private static final int SHARDS = 11;
    private static final int STEPS = 6;
    private static final Network NETWORK = Network.of(List.of(6, 5, 3));
    private static final ShardComputation COMPUTATION = new ShardComputation(
            NETWORK,
            new RowDecoder(1 / 256f, List.of(0, 1, 2)),
            new EpochPlan(1, STEPS),
            new Regularization(0.1, 0.2),
            Arithmetic.EXACT);

    @TempDir
    private static Path directory;

    private static JavaSparkContext spark;
    private static Sources sources;
    private static List<Shard> allShards;

    private FailFast tasks;

    @BeforeAll
    static void start() throws Exception {
        spark = new JavaSparkContext(new SparkConf()
                .setMaster("local[4]")
                .setAppName("test")
                .set("spark.ui.liveUpdate.period", "0")); // else Spark says up to ten seconds later what runs
        String images = IdxData.clusters(500, 6, 3, 1).write(directory, "train").toString();
        String test = IdxData.clusters(100, 6, 3, 2).write(directory, "test").toString();
        Configuration hadoop = new Configuration();
        sources = new Sources(
                IdxSource.open(images, hadoop),
                Optional.empty(),
                Optional.of(IdxSource.open(test, hadoop)),
                0.2,
                1 / 256f,
                Optional.empty());
        try (ShardedDataset dataset = load(1)) {
            allShards = dataset.shards().collect();
        }
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void watch() {
        tasks = FailFast.watch(spark);
    }

    @AfterEach
    void unwatch() throws Exception {
        tasks.close();
        await("no task to be left over")
                .until(() -> Arrays.stream(spark.sc().statusTracker().getExecutorInfos())
                        .allMatch(executor -> executor.numRunningTasks() == 0));
        spark.sc().listenerBus().waitUntilEmpty(); // or the next test's watch would see this one's failures
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("lockstep-resident"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void givesTheBitsOfAJobAStep(int partitions) {
        try (ShardedDataset dataset = load(partitions);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                for (long step = 0; step < STEPS; step++) {
                    assertSame(resident, epoch, step);
                }
                assertSameLosses(resident, epoch);
            }
        }
    }

    /** So long that threads share their addition. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void addsLongGradientsWithTheSameBits(int partitions) {
        Network wide = Network.of(List.of(6, 7000, 3));
        ShardComputation computation = new ShardComputation(
                wide, COMPUTATION.decoder(), COMPUTATION.plan(), COMPUTATION.regularization(), Arithmetic.EXACT);
        try (ShardedDataset dataset = load(partitions);
                ShardJobs jobs = new ShardJobs(spark, dataset, computation);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            for (long step = 0; step < STEPS; step++) {
                assertSame(resident, computation, 0, step);
            }
        }
    }

    @Test
    void evaluatesWithTheBitsOfAJobOfItsOwn() {
        float[] parameters = NETWORK.initialParameters(7);
        try (ShardedDataset dataset = load(3);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION)) {
            Map<Split, LossSum> expected = new AggregateEngine(jobs).losses(parameters);
            assertThat(expected).containsOnlyKeys(Split.values());
            try (StepEngine resident = new ResidentEngine(jobs, tasks)) {
                assertThat(resident.losses(parameters)).isEqualTo(expected);
            }
        }
    }

    @Test
    void oneJobRunsWholeEpochsWithTheirEvaluations() throws Exception {
        AtomicInteger started = new AtomicInteger();
        SparkListener counter = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                started.incrementAndGet();
            }
        };
        try (ShardedDataset dataset = load(2);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            spark.sc().listenerBus().waitUntilEmpty(); // of the jobs that have loaded the dataset
            spark.sc().addSparkListener(counter);
            for (int epoch = 0; epoch < 3; epoch++) {
                for (long step = 0; step < STEPS; step++) {
                    assertSame(resident, epoch, step);
                }
                assertSameLosses(resident, epoch);
            }
            spark.sc().listenerBus().waitUntilEmpty();
        } finally {
            spark.sc().removeSparkListener(counter);
        }
        assertThat(started).hasValue(1);
    }

    @Test
    void startsAndStopsAtAnyStep() {
        try (ShardedDataset dataset = load(2);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            assertSame(resident, 0, 3);
            assertSame(resident, 0, 4);
            assertSame(resident, 2, 1); // leaves the epoch before its end
            assertSameLosses(resident, 2);
            assertSame(resident, 2, 0); // goes back
        }
    }

    /** Spark gives up a barrier stage when it loses one of its tasks; another job goes on. */
    @Test
    void aStepStartsOverWhenATaskIsLost() {
        AtomicInteger killed = new AtomicInteger();
        SparkListener killer = new SparkListener() {
            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
                if (killed.get() < 2) {
                    killed.incrementAndGet();
                    spark.sc().killTaskAttempt(start.taskInfo().taskId(), true, "killed by the test");
                }
            }
        };
        try (ShardedDataset dataset = load(2);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            spark.sc().addSparkListener(killer);
            for (long step = 0; step < STEPS; step++) {
                assertSame(resident, 1, step);
            }
        } finally {
            spark.sc().removeSparkListener(killer);
        }
        assertThat(killed).hasValue(2);
    }

    /** Whether the evaluation is the first thing that tasks do, or has done steps before. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void anEvaluationStartsOverWhenATaskIsLost(int steps) throws Exception {
        Set<Long> running = ConcurrentHashMap.newKeySet();
        Set<Long> ended = ConcurrentHashMap.newKeySet();
        AtomicInteger killed = new AtomicInteger();
        SparkListener killer = new SparkListener() {
            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
                running.add(start.taskInfo().taskId());
                if (steps == 0 && killed.getAndIncrement() < 2) {
                    spark.sc().killTaskAttempt(start.taskInfo().taskId(), true, "killed by the test");
                }
            }

            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                ended.add(end.taskInfo().taskId());
            }
        };
        try (ShardedDataset dataset = load(3);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            spark.sc().addSparkListener(killer);
            for (long step = 0; step < steps; step++) {
                assertSame(resident, 0, step);
            }
            spark.sc().listenerBus().waitUntilEmpty();
            running.forEach(task -> spark.sc().killTaskAttempt(task, true, "killed by the test"));
            assertSameLosses(resident, 0);
            assertSame(resident, 0, steps);
            if (steps > 0) {
                await("a task that was killed, perhaps after it has evaluated").until(() -> !ended.isEmpty());
                assertSame(resident, 0, steps + 1);
            }
            spark.sc().listenerBus().waitUntilEmpty();
        } finally {
            spark.sc().removeSparkListener(killer);
        }
        // A task that is killed when it starts may have evaluated before it notices.
        assertThat(running).hasSizeGreaterThanOrEqualTo(steps == 0 ? 3 : 4);
    }

    /** Between two pieces of work, when nobody asks for anything. */
    @Test
    void aTaskThatWaitsNoticesThatItIsKilled() {
        Set<Long> ended = ConcurrentHashMap.newKeySet();
        Set<Long> running = ConcurrentHashMap.newKeySet();
        SparkListener watch = new SparkListener() {
            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
                running.add(start.taskInfo().taskId());
            }

            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                ended.add(end.taskInfo().taskId());
            }
        };
        try (ShardedDataset dataset = load(2);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            spark.sc().addSparkListener(watch);
            assertSame(resident, 0, 0);
            await().until(() -> running.size() == 2);
            spark.sc().killTaskAttempt(running.iterator().next(), false, "killed by the test");
            await("both tasks of the barrier stage to end").until(() -> ended.containsAll(running));
            assertSame(resident, 0, 1);
        } finally {
            spark.sc().removeSparkListener(watch);
        }
    }

    /** One of them is what the driver's own thread works for. */
    @Test
    void stepsStartOverWhereverTasksAreKilled() {
        Random random = new Random(1);
        Set<Long> running = ConcurrentHashMap.newKeySet();
        SparkListener watch = new SparkListener() {
            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
                running.add(start.taskInfo().taskId());
            }

            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                running.remove(end.taskInfo().taskId());
            }
        };
        int kills = 0;
        try (ShardedDataset dataset = load(3);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            spark.sc().addSparkListener(watch);
            for (int epoch = 0; epoch < 6; epoch++) {
                for (long step = 0; step < STEPS; step++) {
                    assertSame(resident, epoch, step);
                    List<Long> candidates = List.copyOf(running);
                    if (!candidates.isEmpty() && random.nextInt(3) == 0) {
                        long task = candidates.get(random.nextInt(candidates.size()));
                        spark.sc().killTaskAttempt(task, random.nextBoolean(), "killed by the test");
                        kills++;
                    }
                }
                assertSameLosses(resident, epoch);
            }
        } finally {
            spark.sc().removeSparkListener(watch);
        }
        assertThat(kills).isPositive();
    }

    @Test
    void tooFewCoresAreSaidInOneLine() {
        try (ShardedDataset dataset = load(5);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            assertThatThrownBy(() -> resident.compute(NETWORK.initialParameters(1), 0, 0))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("expected cores for 5 tasks at once, found 4");
        }
    }

    @Test
    void aJobThatFindsNoCoresEndsWithAdvice() throws Exception {
        try (ShardedDataset dataset = load(4);
                OtherJob other = OtherJob.start(spark);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> resident.compute(NETWORK.initialParameters(1), 0, 0))
                    .isInstanceOfSatisfying(
                            LockstepException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(LockstepException.Kind.CONFIGURATION))
                    .hasMessageContaining("expected 4 tasks to start at once, found 0 started after 1 s")
                    .hasMessageContaining("go on with --resume");
            other.finish();
            assertSame(resident, 0, 0);
        }
    }

    @Test
    void aJobGoesOnWhenItFindsCoresInTime() throws Exception {
        try (ShardedDataset dataset = load(4);
                OtherJob other = OtherJob.start(spark);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks, Duration.ofMinutes(5))) {
            SparkListener whenWaiting = new SparkListener() {
                @Override
                public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
                    other.finish();
                }
            };
            spark.sc().addSparkListener(whenWaiting);
            assertSame(resident, 0, 0);
            spark.sc().removeSparkListener(whenWaiting);
        }
    }

    @Test
    void aJobOfWhichSomeTasksDoNotStartEndsWithAdvice() {
        ResidentSession session = ResidentSession.open(new MessageShape(SHARDS, NETWORK.parameterCount(), 2));
        long id = session.id();
        Patience patience = new Patience(Duration.ofMillis(500));
        try (ResidentJob job = ResidentJob.start(
                spark,
                session,
                patience,
                () -> spark.parallelize(List.of(0), 1).foreach(task -> {
                    ResidentSession found = ResidentSession.find(id).orElseThrow();
                    found.join("driver", task);
                    while (!found.isClosed()) {
                        found.awaitNext(0, 100);
                    }
                }))) {
            assertThat(job.compute(new Work.Step(0, 0), NETWORK.initialParameters(1)))
                    .isEmpty();
            assertThat(job.failure())
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("expected 2 tasks to start at once, found 1 started");
        }
    }

    /** Which may take as long as it takes. */
    @Test
    void whileShardsAreReadNobodyWaitsForCores() {
        ResidentSession session = ResidentSession.open(new MessageShape(SHARDS, NETWORK.parameterCount(), 1));
        OtherJob.prepare();
        try (ResidentJob job = ResidentJob.start(
                spark,
                session,
                new Patience(Duration.ZERO),
                () -> spark.parallelize(List.of(1), 1)
                        .map(OtherJob::hold)
                        .repartition(1)
                        .count())) {
            await().until(job::isReadingShards);
            OtherJob.end();
            await().until(() -> !job.isReadingShards());
        }
    }

    @Test
    void aFailureThatNoAttemptCanFixEndsTheStep() {
        float[] tooFew = new float[3];
        try (ShardedDataset dataset = load(2);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            assertThatThrownBy(() -> resident.compute(tooFew, 0, 0))
                    .isInstanceOfSatisfying(
                            IllegalStateException.class,
                            failure -> assertThat(tasks.firstCauseOf(failure))
                                    .isInstanceOf(IllegalArgumentException.class));
        }
    }

    /** What it must be is computed on one thread, without Spark: resident tasks leave no core for another job. */
    private static void assertSame(StepEngine resident, int epoch, long step) {
        assertSame(resident, COMPUTATION, epoch, step);
    }

    private static void assertSame(StepEngine resident, ShardComputation computation, int epoch, long step) {
        float[] parameters = computation.network().initialParameters(10 * epoch + step);
        GradientTree expected = new GradientTree(SHARDS, parameters.length);
        allShards.forEach(shard -> computation.addGradient(expected, shard, parameters, epoch, step));
        StepEngine.Step found = resident.compute(parameters, epoch, step);
        assertThat(found.sum().gradient()).isEqualTo(expected.total().gradient());
        assertThat(found.sum().loss()).isEqualTo(expected.total().loss());
    }

    private static void assertSameLosses(StepEngine resident, int seed) {
        float[] parameters = NETWORK.initialParameters(seed);
        Map<Split, LossSum> expected = new EnumMap<>(Split.class);
        allShards.forEach(shard -> expected.merge(shard.split(), COMPUTATION.loss(shard, parameters), LossSum::plus));
        assertThat(resident.losses(parameters)).isEqualTo(expected);
    }

    private static ShardedDataset load(int partitions) {
        return sources.load(spark, size -> new Sharding(SHARDS, partitions), Arithmetic.EXACT);
    }
}
