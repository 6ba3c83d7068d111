package io.lockstep.distributed.choice;

import io.lockstep.data.ShardedDataset;
import io.lockstep.distributed.EngineFactory;
import io.lockstep.distributed.EngineFactory.Obstacle;
import io.lockstep.distributed.ExchangeChoice;
import io.lockstep.distributed.TaskSlots;
import io.lockstep.distributed.aggregate.Aggregate;
import io.lockstep.distributed.resident.Resident;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The values of {@code --engine}: the engines that each allows, the best first. This file alone names all engines. */
public enum EngineChoice {
    /** The fastest that suits the cluster and the data. */
    AUTO(new Resident(), new Aggregate()),
    /** A Spark job a step. */
    AGGREGATE(new Aggregate()),
    /** One Spark job for a whole training, with tasks that stay. */
    RESIDENT(new Resident());

    /** The time allowed for a cluster to replace an executor that it has just lost, if no other engine is allowed. */
    private static final Duration REPLACEMENT = Duration.ofSeconds(20);

    private final List<EngineFactory> best;

    EngineChoice(EngineFactory... best) {
        this.best = List.of(best);
    }

    /**
     * The engine to train with.
     *
     * @param explanation for the user, if there was a choice
     */
    public record Chosen(EngineFactory factory, Optional<String> explanation) {}

    /** Whether an engine is allowed that can do with fewer cores than tasks. */
    public boolean allowsWaitingTasks() {
        return best.stream().anyMatch(EngineFactory::allowsWaitingTasks);
    }

    /** Adds what the engines need to the configuration of a context that is yet to be created. */
    public void configure(SparkConf conf) {
        best.forEach(engine -> engine.configure(conf));
    }

    /**
     * Takes the first engine that nothing speaks against.
     *
     * @throws io.lockstep.LockstepException of kind {@code CONFIGURATION} if none can run the training
     */
    public Chosen choose(JavaSparkContext spark, ShardedDataset dataset, int parameterCount, ExchangeChoice exchange)
            throws InterruptedException {
        Chosen chosen = choose(spark, dataset, parameterCount);
        EngineFactory factory = chosen.factory();
        Optional<String> how = factory.exchange(spark, dataset, parameterCount, exchange)
                .map(reason -> chosen.explanation().orElse(factory.name()) + "; " + reason);
        return new Chosen(factory, how.or(chosen::explanation));
    }

    private Chosen choose(JavaSparkContext spark, ShardedDataset dataset, int parameterCount)
            throws InterruptedException {
        EngineFactory last = best.get(best.size() - 1);
        Optional<String> passedOver = Optional.empty(); // engines with what speaks against them
        for (EngineFactory engine : best.subList(0, best.size() - 1)) {
            Optional<Obstacle> obstacle = engine.obstacle(spark, dataset, parameterCount, Duration.ZERO)
                    .or(() -> engine.drawback(spark, dataset));
            if (obstacle.isEmpty()) {
                String reason = passedOver.orElseGet(() -> tasksAtOnce(spark, dataset));
                return new Chosen(engine, Optional.of(engine.name() + ": " + reason));
            }
            String reason = engine.name() + " needs " + obstacle.get().expected() + ", found "
                    + obstacle.get().found();
            passedOver = passedOver.map(others -> others + "; " + reason).or(() -> Optional.of(reason));
        }
        Optional<Obstacle> obstacle = last.obstacle(spark, dataset, parameterCount, REPLACEMENT);
        if (obstacle.isPresent()) {
            throw obstacle.get().refusal();
        }
        return new Chosen(last, passedOver.map(reasons -> last.name() + ": " + reasons));
    }

    private static String tasksAtOnce(JavaSparkContext spark, ShardedDataset dataset) {
        int tasks = dataset.sharding().partitionCount();
        int cores = TaskSlots.count(spark);
        return tasks + (tasks == 1 ? " task" : " tasks at once") + " on " + cores + (cores == 1 ? " core" : " cores");
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
