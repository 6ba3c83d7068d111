package io.lockstep.inference;

import io.lockstep.LockstepException;
import io.lockstep.storage.Directory;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Scores labelled rows, and writes how good the scores are. */
public final class Evaluation {
    private Evaluation() {}

    /**
     * @param output a directory
     * @throws io.lockstep.LockstepException of kind {@code DATA} if a row cannot be scored, or has a label that the
     *     model does not know
     */
    public static ModelEvaluation write(JavaSparkContext spark, ScoringRequest request, Path output)
            throws IOException {
        JavaRDD<Scored> rows = Scoring.open(spark, request, spark.sc().longAccumulator())
                .scored()
                .map(row -> new Scored(row.probabilities(), row.truth(), row.weight()));
        ModelEvaluation evaluation = evaluate(rows, request);
        EvaluationFiles.write(evaluation, Directory.at(output, spark.hadoopConfiguration()));
        return evaluation;
    }

    private static ModelEvaluation evaluate(JavaRDD<Scored> rows, ScoringRequest request) {
        try {
            return ModelEvaluation.of(
                    rows,
                    request.model().classes().stream()
                            .map(label -> label.value())
                            .toList());
        } catch (LockstepException refused) { // of all rows together, which have no place of their own
            throw LockstepException.data(request.uri() + ": " + refused.getMessage(), refused);
        }
    }
}
