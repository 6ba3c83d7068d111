package io.lockstep.distributed;

import io.lockstep.Stopwatch;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardedDataset;
import io.lockstep.linalg.FloatBytes;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;

/**
 * Spark jobs that compute something of all shards with given parameters: broadcast the parameters, run the work on each
 * partition, destroy the broadcast.
 *
 * <p>It runs jobs by {@code SparkContext.runJob}. {@code treeAggregate} would do the same in about 2 ms more a job, in
 * which Spark reads the classes of its own wrappers to clean their closures; and its further levels would only send the
 * same sums twice, because Spark groups partitions that are never neighbours in the tree.
 */
public final class ShardJobs implements AutoCloseable {
    /** Computed of the shards of one partition. */
    public interface Work<R> extends Serializable {
        R compute(ShardComputation computation, float[] parameters, Iterator<Shard> shards);
    }

    /** Which results of partitions, or parts of them, executors put together before the driver sees them. */
    public interface Grouping<R> extends Serializable {
        /** How many groups there are. */
        int count();

        /** The parts of a partition's result, each with the number of its group, counted from 0. */
        List<Tuple2<Integer, R>> split(R partition);

        /** Both together; the first may be written. */
        R plus(R sum, R part);
    }

    /**
     * The results of a job.
     *
     * @param results one a partition, or one a group
     * @param broadcastSeconds until the parameters were ready to be fetched
     * @param jobSeconds from then on
     */
    public record Results<R>(List<R> results, double broadcastSeconds, double jobSeconds) {}

    private final JavaSparkContext spark;
    private final ShardedDataset dataset;
    private final Broadcast<ShardComputation> computation;

    public ShardJobs(JavaSparkContext spark, ShardedDataset dataset, ShardComputation computation) {
        this.spark = spark;
        this.dataset = dataset;
        this.computation = spark.broadcast(computation);
    }

    public JavaSparkContext spark() {
        return spark;
    }

    public ShardedDataset dataset() {
        return dataset;
    }

    /** As tasks get it. */
    public Broadcast<ShardComputation> computation() {
        return computation;
    }

    /** @param type of a partition's result */
    public <R> Results<R> run(float[] parameters, Work<R> work, Class<R> type) {
        return run(parameters, broadcast -> {
            Object results = spark.sc()
                    .runJob(
                            dataset.shards().rdd(),
                            new PartitionWork<>(broadcast, computation, work),
                            ClassTag.apply(type));
            @SuppressWarnings("unchecked") // an array of the class that the tag names
            R[] array = (R[]) results;
            return List.of(array);
        });
    }

    /**
     * As above, but what belongs together is put together on executors, in a second stage.
     *
     * @return one result a group that has any, in any order
     */
    public <R> Results<R> run(float[] parameters, Work<R> work, Grouping<R> groups) {
        return run(parameters, broadcast -> {
            PartitionWork<R> ofPartition = new PartitionWork<>(broadcast, computation, work);
            JavaRDD<R> together = dataset.shards()
                    .mapPartitionsToPair(
                            shards -> groups.split(ofPartition.apply(null, CollectionConverters.asScala(shards)))
                                    .iterator())
                    .partitionBy(new HashPartitioner(groups.count())) // of numbers from 0 on: each its own partition
                    .values()
                    .mapPartitions(parts -> sum(parts, groups));
            try {
                return together.collect();
            } finally {
                together.rdd().cleanShuffleDependencies(false); // and not those of the shards, which are stored
            }
        });
    }

    private static <R> java.util.Iterator<R> sum(java.util.Iterator<R> parts, Grouping<R> groups) {
        R sum = null;
        while (parts.hasNext()) {
            sum = sum == null ? parts.next() : groups.plus(sum, parts.next());
        }
        return Stream.ofNullable(sum).iterator();
    }

    private <R> Results<R> run(float[] parameters, Function<Broadcast<Parameters>, List<R>> job) {
        Stopwatch broadcasting = Stopwatch.start();
        Broadcast<Parameters> broadcast = spark.broadcast(new Parameters(parameters));
        try {
            double broadcastSeconds = broadcasting.seconds();
            Stopwatch running = Stopwatch.start();
            return new Results<>(job.apply(broadcast), broadcastSeconds, running.seconds());
        } finally {
            broadcast.destroy();
        }
    }

    @Override
    public void close() {
        computation.destroy(); // the only thing that jobs leave behind
    }

    /** The work, with what it is given. */
    private static final class PartitionWork<R> extends AbstractFunction2<TaskContext, Iterator<Shard>, R>
            implements Serializable {
        private static final long serialVersionUID = 1;

        private final Broadcast<Parameters> parameters;
        private final Broadcast<ShardComputation> computation;
        private final Work<R> work;

        PartitionWork(Broadcast<Parameters> parameters, Broadcast<ShardComputation> computation, Work<R> work) {
            this.parameters = parameters;
            this.computation = computation;
            this.work = work;
        }

        @Override
        public R apply(TaskContext context, Iterator<Shard> shards) {
            return work.compute(computation.value(), parameters.value().values, shards);
        }
    }

    /** The flat parameters, as they are broadcast. */
    private static final class Parameters implements Externalizable {
        private static final long serialVersionUID = 1;

        private float[] values;

        /** For deserialisation only. */
        public Parameters() {}

        Parameters(float[] values) {
            this.values = values;
        }

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            out.writeInt(values.length);
            FloatBytes.write(values, out);
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException {
            values = FloatBytes.read(in, in.readInt());
        }
    }
}
