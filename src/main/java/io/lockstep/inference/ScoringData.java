package io.lockstep.inference;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.types.StructField;

/** Rows that a model can score. */
interface ScoringData {
    /** The columns that are kept of each row. */
    List<StructField> keptColumns();

    /** The rows with their scores, in the order of the source. */
    JavaRDD<ScoredRow> scored();
}
