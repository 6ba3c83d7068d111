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
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
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

    /**
     * The results of a job.
     *
     * @param byPartition one result a partition
     * @param broadcastSeconds until the parameters were ready to be fetched
     * @param jobSeconds from then on
     */
    public record Results<R>(List<R> byPartition, double broadcastSeconds, double jobSeconds) {}

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

    /**
     * @param type of a partition's result
     */
    public <R> Results<R> run(float[] parameters, Work<R> work, Class<R> type) {
        Stopwatch broadcasting = Stopwatch.start();
        Broadcast<Parameters> broadcast = spark.broadcast(new Parameters(parameters));
        try {
            double broadcastSeconds = broadcasting.seconds();
            Stopwatch job = Stopwatch.start();
            Object results = spark.sc()
                    .runJob(
                            dataset.shards().rdd(),
                            new PartitionWork<>(broadcast, computation, work),
                            ClassTag.apply(type));
            @SuppressWarnings("unchecked") // an array of the class that the tag names
            R[] array = (R[]) results;
            return new Results<>(List.of(array), broadcastSeconds, job.seconds());
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
