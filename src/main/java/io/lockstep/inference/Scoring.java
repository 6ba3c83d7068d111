package io.lockstep.inference;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** Opens rows to score. */
final class Scoring {
    private Scoring() {}

    /**
     * @param unseen counts categories that the model does not know
     * @throws io.lockstep.LockstepException of kind {@code DATA} if the rows are not of the model's kind
     */
    static ScoringData open(JavaSparkContext spark, ScoringRequest request, LongAccumulator unseen) {
        return request.idx()
                ? IdxScoring.open(spark, request, spark.hadoopConfiguration())
                : TableScoring.open(spark, request, unseen);
    }
}
