package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.linalg.Arithmetic;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The opened data sets of a run.
 *
 * @param validation rows of their own for validation, or empty
 * @param test rows that training never sees, or empty
 * @param validationFraction of the training rows that go to validation, by content; in [0, 1)
 * @param given a preparation to use, which must be the same
 * @param featureScale by which each byte is multiplied; finite and not 0
 */
public record Sources(
        DataSource train,
        Optional<DataSource> validation,
        Optional<DataSource> test,
        double validationFraction,
        float featureScale,
        Optional<Preparation> given)
        implements TrainingData {
    public Sources {
        int expected = train.format().featureCount();
        others(validation, test).forEach(source -> {
            int found = source.format().featureCount();
            if (found != expected) {
                throw LockstepException.data(source.place() + ": expected " + expected
                        + " features as in the training data, found " + found);
            }
        });
    }

    private Preparation preparation() {
        Preparation own = Preparation.ofBytes(train.format().featureCount(), featureScale);
        if (given.isPresent() && !given.get().equals(own)) {
            throw LockstepException.data("expected the features of the model of --init-from, "
                    + given.get().columns() + ", found " + own.columns());
        }
        return own;
    }

    @Override
    public ShardedDataset load(JavaSparkContext spark, Function<DataSize, Sharding> sharding, Arithmetic arithmetic) {
        RowFormat format = train.format();
        Sharding chosen = sharding.apply(train.size());
        JavaPairRDD<Integer, byte[]> blocks = chosen.blocks(train.rows(spark), format, Split.TRAIN, validationFraction);
        if (validation.isPresent()) {
            blocks = blocks.union(chosen.blocks(validation.get().rows(spark), format, Split.VALIDATION, 0));
        }
        if (test.isPresent()) {
            blocks = blocks.union(chosen.blocks(test.get().rows(spark), format, Split.TEST, 0));
        }
        return ShardedDataset.cached(chosen.dealt(blocks).map(rows -> Shard.of(rows, format)), shards -> {
            List<ShardSummary> summaries =
                    shards.map(shard -> shard.summary(arithmetic)).collect();
            SplitLabels labels = new SplitLabels(
                    summaries,
                    train.place(),
                    validation.map(DataSource::place),
                    test.map(DataSource::place),
                    validationFraction);
            List<Label> classes = labels.classes();
            return new ShardedDataset(
                    shards,
                    chosen,
                    preparation(),
                    List.of(),
                    new RowDecoder(
                            featureScale,
                            classes.stream()
                                    .map(label -> Math.toIntExact((Long) label.value()))
                                    .toList()),
                    labels,
                    classes,
                    summaries);
        });
    }

    @Override
    public OptionalInt featureCount() {
        return OptionalInt.of(train.format().featureCount());
    }

    private static Stream<DataSource> others(Optional<DataSource> validation, Optional<DataSource> test) {
        return Stream.of(validation, test).flatMap(Optional::stream);
    }
}
