package io.lockstep.data;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.TaskLocation;
import org.apache.spark.storage.BlockManagerId;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/**
 * The same rows, but each executor is asked to compute partitions that are neighbours, and so to hold neighbouring
 * shards. An executor adds the gradients of its shards as far as they are whole subtrees of the tree over all shards,
 * and sends what is left; Spark itself deals partitions to executors in turns, and then hardly two are neighbours.
 *
 * @param <T> the rows
 */
final class NeighbourRdd<T> extends RDD<T> {
    private static final long serialVersionUID = 1;

    private final transient List<TaskLocation> places; // of the partitions; the driver alone asks for them
    private final ClassTag<T> type;

    private NeighbourRdd(RDD<T> rows, List<TaskLocation> places) {
        super(rows, rows.elementClassTag());
        this.places = places;
        this.type = rows.elementClassTag();
    }

    /**
     * Leaves rows as they are where it would be of no use: in local mode, with one task an executor, with executors
     * that come and go, and where they cannot all have the same number of partitions.
     */
    static <T> JavaRDD<T> of(JavaRDD<T> rows) {
        SparkContext spark = rows.context();
        List<BlockManagerId> executors =
                CollectionConverters.asJava(
                                SparkEnv.get().blockManager().master().getMemoryStatus())
                        .keySet()
                        .stream()
                        .filter(place -> !place.isDriver())
                        .sorted(Comparator.comparing(BlockManagerId::host).thenComparing(BlockManagerId::executorId))
                        .toList();
        int partitions = rows.getNumPartitions();
        boolean useful = executors.size() > 1
                && partitions > executors.size()
                && partitions % executors.size() == 0
                && !spark.conf().getBoolean("spark.dynamicAllocation.enabled", false);
        return useful ? new NeighbourRdd<>(rows.rdd(), places(executors, partitions)).toJavaRDD() : rows;
    }

    private static List<TaskLocation> places(List<BlockManagerId> executors, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> executors.get(partition / (partitions / executors.size())))
                .map(executor -> TaskLocation.apply(executor.host(), executor.executorId()))
                .toList();
    }

    @Override
    public Iterator<T> compute(Partition partition, TaskContext context) {
        return this.<T>firstParent(type).iterator(partition, context);
    }

    @Override
    public Partition[] getPartitions() {
        return this.<T>firstParent(type).partitions();
    }

    @Override
    public Seq<String> getPreferredLocations(Partition partition) {
        return CollectionConverters.asScala(
                        List.of(places.get(partition.index()).toString()))
                .toSeq();
    }
}
