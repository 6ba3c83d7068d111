package io.lockstep.inference;

import io.lockstep.data.Label;
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
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
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
            JavaRDD<Part> parts = shards.map(shard -> Part.of(shard, broadcast.value(), decoder));
            List<?> labels = model.classes().stream().map(Label::value).toList();
            ModelEvaluation evaluation;
            List<Mistake> mistakes;
            if (dataset.rowCount(split) * labels.size() <= Curves.ROWS_PER_RANGE) {
                List<Part> few = parts.collect();
                evaluation = ModelEvaluation.of(few.stream().map(Part::rows).toList(), labels);
                mistakes = few.stream()
                        .flatMap(part -> part.mistakes().stream())
                        .sorted()
                        .limit(Mistakes.MOST)
                        .toList();
            } else {
                evaluation = ModelEvaluation.ofPacked(parts.map(Part::rows), labels, Curves.ROWS_PER_RANGE);
                mistakes = parts.flatMap(part -> part.mistakes().iterator()).takeOrdered(Mistakes.MOST);
            }
            if (Mistakes.side(model.preparation()).isPresent()) {
                Mistakes.of(mistakes, model.preparation()).write(model.classes(), directory);
            }
            EvaluationFiles.write(evaluation, Optional.of(split), directory);
        } finally {
            broadcast.destroy(false);
        }
    }

    /**
     * The rows of a shard, scored.
     *
     * @param mistakes the worst of them
     */
    private record Part(ScoredRows rows, List<Mistake> mistakes) implements Serializable {
        static Part of(Shard shard, TrainedModel model, RowDecoder decoder) {
            List<Scored> rows = new ArrayList<>();
            PriorityQueue<Mistake> worst = new PriorityQueue<>(Comparator.reverseOrder());
            score(shard, model, decoder, row -> {
                rows.add(row.scored());
                if (row.isMistake()) {
                    worst.add(row.mistake());
                    if (worst.size() > Mistakes.MOST) {
                        worst.remove();
                    }
                }
            });
            return new Part(ScoredRows.of(rows, model.classes().size()), List.copyOf(worst));
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

        boolean isMistake() {
            return scored().prediction() != batch.labels()[index];
        }

        Mistake mistake() {
            int prediction = scored().prediction();
            return new Mistake(batch.labels()[index], prediction, probabilities[prediction], batch.featuresOf(index));
        }
    }
}
