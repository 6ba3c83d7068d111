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
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.apache.commons.collections4.IteratorUtils;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Evaluates a model that was just trained, by rows that it did not learn from and that executors still hold. */
public final class HeldOut {
    private static final int AT_ONCE = 256;

    private HeldOut() {}

    /**
     * The files that {@code evaluate} writes, by name, and for images {@code mistakes.json} with those that the model
     * is most wrong about. Rows weigh what they weigh in training: their own weight, rounded to float, times that of
     * their class.
     */
    public static Map<String, byte[]> evaluate(TrainedModel model, ShardedDataset dataset, Split split)
            throws IOException {
        JavaRDD<Shard> shards = dataset.shards().filter(shard -> shard.split() == split);
        Broadcast<TrainedModel> broadcast =
                JavaSparkContext.fromSparkContext(shards.context()).broadcast(model);
        RowDecoder decoder = dataset.decoder();
        boolean images = Mistakes.side(model.preparation()).isPresent();
        try {
            JavaRDD<Part> parts = shards.map(shard -> Part.of(shard, broadcast.value(), decoder, images));
            List<?> labels = model.classes().stream().map(Label::value).toList();
            ModelEvaluation evaluation;
            List<Mistake> mistakes = List.of();
            if (dataset.rowCount(split) * labels.size() <= Curves.ROWS_PER_RANGE) {
                List<Part> few = parts.collect();
                evaluation = ModelEvaluation.of(
                        few.stream().flatMap(part -> part.rows().stream()).toList(), labels);
                mistakes = few.stream()
                        .flatMap(part -> part.mistakes().stream())
                        .sorted()
                        .limit(Mistakes.MOST)
                        .toList();
            } else {
                JavaRDD<ScoredRows> rows = parts.flatMap(part -> part.rows().iterator());
                evaluation = ModelEvaluation.ofPacked(rows, labels, Curves.ROWS_PER_RANGE);
                if (images) {
                    mistakes = parts.flatMap(part -> part.mistakes().iterator()).takeOrdered(Mistakes.MOST);
                }
            }
            Map<String, byte[]> files = new LinkedHashMap<>();
            if (images) {
                files.put(
                        EvaluationFiles.MISTAKES,
                        Mistakes.of(mistakes, model.preparation()).json(model.classes()));
            }
            files.putAll(EvaluationFiles.contents(
                    evaluation, Optional.of(split), shards.context().hadoopConfiguration()));
            return files;
        } finally {
            broadcast.destroy(false);
        }
    }

    /**
     * The rows of a shard, scored.
     *
     * @param mistakes on images, the worst
     */
    private record Part(List<ScoredRows> rows, List<Mistake> mistakes) implements Serializable {
        static Part of(Shard shard, TrainedModel model, RowDecoder decoder, boolean images) {
            List<Scored> rows = new ArrayList<>();
            PriorityQueue<Mistake> worst = new PriorityQueue<>(Comparator.reverseOrder());
            score(shard, model, decoder, row -> {
                Scored scored = row.scored();
                rows.add(scored);
                if (images && scored.prediction() != scored.truth()) {
                    worst.add(row.mistake(scored));
                    if (worst.size() > Mistakes.MOST) {
                        worst.remove();
                    }
                }
            });
            int classCount = model.classes().size();
            return new Part(IteratorUtils.toList(ScoredRows.pack(rows.iterator(), classCount)), new ArrayList<>(worst));
        }
    }

    private static void score(Shard shard, TrainedModel model, RowDecoder decoder, Consumer<Row> visitor) {
        Workspace workspace = Workspace.ofThread(model.network().layers(), Arithmetic.EXACT);
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

        Mistake mistake(Scored scored) {
            int prediction = scored.prediction();
            return new Mistake(scored.truth(), prediction, probabilities[prediction], batch.featuresOf(index));
        }
    }
}
