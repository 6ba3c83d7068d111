package io.lockstep.inference;

import io.lockstep.data.RowDecoder;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.model.TrainedModel;
import io.lockstep.nn.Batch;
import io.lockstep.nn.Workspace;
import io.lockstep.storage.Directory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Evaluates a model that was just trained, by rows that it did not learn from and that executors still hold. */
public final class HeldOut {
    private static final int AT_ONCE = 256;

    private HeldOut() {}

    /**
     * Writes what {@code evaluate} writes of the same rows, and for images those that the model is most wrong about.
     *
     * @param directory where to write
     */
    public static void evaluate(TrainedModel model, ShardedDataset dataset, Split split, Directory directory)
            throws IOException {
        JavaRDD<Shard> shards = dataset.shards().filter(shard -> shard.split() == split);
        Broadcast<TrainedModel> broadcast =
                JavaSparkContext.fromSparkContext(shards.context()).broadcast(model);
        RowDecoder decoder = dataset.decoder();
        try {
            JavaRDD<Scored> rows = shards.flatMap(shard -> {
                List<Scored> scored = new ArrayList<>();
                score(shard, broadcast.value(), decoder, row -> scored.add(row.scored()));
                return scored.iterator();
            });
            ModelEvaluation evaluation = ModelEvaluation.of(
                    rows, model.classes().stream().map(label -> label.value()).toList());
            if (Mistakes.side(model.preparation()).isPresent()) {
                JavaRDD<Mistake> mistakes = shards.flatMap(shard -> {
                    List<Mistake> found = new ArrayList<>();
                    score(
                            shard,
                            broadcast.value(),
                            decoder,
                            row -> row.mistake().ifPresent(found::add));
                    return found.iterator();
                });
                Mistakes.worst(mistakes, model.preparation()).write(model.classes(), directory);
            }
            EvaluationFiles.write(evaluation, Optional.of(split), directory);
        } finally {
            broadcast.destroy(false);
        }
    }

    private static void score(Shard shard, TrainedModel model, RowDecoder decoder, Consumer<Row> visitor) {
        Workspace workspace = Workspace.ofThread(model.network(), Arithmetic.EXACT);
        int classCount = model.classes().size();
        for (int from = 0; from < shard.rowCount(); from += AT_ONCE) {
            shard.gatherRange(from, Math.min(shard.rowCount(), from + AT_ONCE), decoder, workspace.batch());
            float[] probabilities = model.network().probabilities(model.parameters(), workspace);
            for (int row = 0; row < workspace.batch().rows(); row++) {
                float[] own = Arrays.copyOfRange(probabilities, row * classCount, (row + 1) * classCount);
                visitor.accept(new Row(workspace.batch(), row, own));
            }
        }
    }

    /** A row of a batch, with its probabilities. */
    private record Row(Batch batch, int index, float[] probabilities) {
        Scored scored() {
            return new Scored(probabilities, batch.labels()[index], batch.weights()[index]);
        }

        Optional<Mistake> mistake() {
            Scored scored = scored();
            int prediction = scored.prediction();
            return prediction == scored.truth()
                    ? Optional.empty()
                    : Optional.of(new Mistake(
                            scored.truth(), prediction, probabilities[prediction], batch.featuresOf(index)));
        }
    }
}
