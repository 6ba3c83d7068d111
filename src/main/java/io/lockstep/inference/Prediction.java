package io.lockstep.inference;

import io.lockstep.LockstepException;
import io.lockstep.model.TrainedModel;
import io.lockstep.training.ScoringConfig.OutputFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Scores rows and writes what the model says: kept columns, {@code prediction}, {@code probability} and
 * {@code confidence}, in the order of the rows. Rows that cannot be scored go to {@code rejected}, with their
 * {@code reason}.
 */
public final class Prediction {
    private static final String REJECTED = "rejected";
    private static final List<String> OWN_COLUMNS = List.of("prediction", "probability", "confidence", "reason");

    private Prediction() {}

    /**
     * What was done.
     *
     * @param unseenCategories values of categories that the model does not know
     */
    public record Outcome(long rows, long rejected, long unseenCategories) {}

    /**
     * @param output a directory that does not exist yet
     * @throws LockstepException of kind {@code DATA} if rows cannot be scored and are not to be rejected
     */
    public static Outcome write(
            JavaSparkContext spark, ScoringRequest request, Path output, OutputFormat outputFormat) {
        LongAccumulator unseen = spark.sc().longAccumulator();
        LongAccumulator scored = spark.sc().longAccumulator();
        LongAccumulator rejected = spark.sc().longAccumulator();
        ScoringData data = Scoring.open(spark, request, unseen);
        requireColumns(data.keptColumns(), outputFormat);
        boolean arraysAsText = outputFormat == OutputFormat.CSV;
        TrainedModel model = request.model();
        Object[] labels = model.classes().stream().map(label -> label.value()).toArray();
        JavaRDD<Row> predictions = data.scored()
                .filter(row -> {
                    (row.problem() == null ? scored : rejected).add(1);
                    return row.problem() == null;
                })
                .map(row -> prediction(row, labels, arraysAsText));
        SparkSession session =
                SparkSession.builder().sparkContext(spark.sc()).getOrCreate().newSession();
        write(session, predictions, schema(data.keptColumns(), labels[0], arraysAsText), output, outputFormat);
        Outcome outcome = new Outcome(scored.value(), rejected.value(), unseen.value());
        if (outcome.rejected() > 0) {
            JavaRDD<Row> rows =
                    data.scored().filter(row -> row.problem() != null).map(Prediction::rejection);
            StructType schema = new StructType(data.keptColumns().toArray(StructField[]::new))
                    .add("reason", DataTypes.StringType, false);
            write(session, rows, schema, new Path(output, REJECTED), outputFormat);
        }
        return outcome;
    }

    private static void requireColumns(List<StructField> kept, OutputFormat format) {
        List<String> names = new ArrayList<>();
        for (StructField field : kept) {
            if (OWN_COLUMNS.contains(field.name()) || names.contains(field.name())) {
                throw LockstepException.configuration("--keep-columns: expected each column once and none of "
                        + OWN_COLUMNS + ", which are written too, found '" + field.name() + "'");
            }
            boolean plain = !(field.dataType() instanceof ArrayType) && !(field.dataType() instanceof StructType);
            if (format == OutputFormat.CSV && !plain) {
                throw LockstepException.configuration(
                        "--keep-columns: expected columns that a CSV file can hold, found '"
                                + field.name() + "' of type " + field.dataType().simpleString()
                                + "; leave it out, or use --output-format parquet");
            }
            names.add(field.name());
        }
    }

    private static StructType schema(List<StructField> kept, Object label, boolean arraysAsText) {
        DataType labelType = label instanceof Long
                ? DataTypes.LongType
                : label instanceof Boolean ? DataTypes.BooleanType : DataTypes.StringType;
        DataType probabilities =
                arraysAsText ? DataTypes.StringType : DataTypes.createArrayType(DataTypes.FloatType, false);
        return new StructType(kept.toArray(StructField[]::new))
                .add("prediction", labelType, false)
                .add("probability", probabilities, false)
                .add("confidence", DataTypes.FloatType, false);
    }

    private static Row prediction(ScoredRow row, Object[] labels, boolean arraysAsText) {
        int best = row.prediction();
        Object[] values = Arrays.copyOf(row.kept(), row.kept().length + 3, Object[].class);
        values[row.kept().length] = labels[best];
        values[row.kept().length + 1] = arraysAsText ? Arrays.toString(row.probabilities()) : row.probabilities();
        values[row.kept().length + 2] = row.probabilities()[best];
        return RowFactory.create(values);
    }

    private static Row rejection(ScoredRow row) {
        Object[] values = Arrays.copyOf(row.kept(), row.kept().length + 1, Object[].class);
        values[row.kept().length] = row.problem();
        return RowFactory.create(values);
    }

    private static void write(
            SparkSession session, JavaRDD<Row> rows, StructType schema, Path output, OutputFormat format) {
        session.createDataFrame(rows, schema)
                .write()
                .mode(SaveMode.Append) // the directory was checked before
                .option("header", "true")
                .option("escape", "\"") // quotes are doubled, as in RFC 4180
                .format(format.name().toLowerCase(Locale.ROOT))
                .save(output.toString());
    }
}
