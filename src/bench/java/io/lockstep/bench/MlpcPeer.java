package io.lockstep.bench;

import io.lockstep.data.DataSource;
import io.lockstep.data.IdxSource;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Trains the canonical network by Spark MLlib's own classifier, with its default solver.
 *
 * <p>Arguments: the directory of MNIST, and the number of iterations. The last line printed is one JSON object.
 */
public final class MlpcPeer {
    private static final StructType SCHEMA = new StructType()
            .add("label", DataTypes.DoubleType, false)
            .add("features", SQLDataTypes.VectorType(), false);

    private MlpcPeer() {}

    public static void main(String[] arguments) {
        SparkSession session = SparkSession.builder()
                .master("local[2]")
                .appName("MLPC")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        Dataset<Row> train = read(session, arguments[0] + "/train-images-idx3-ubyte.gz");
        Dataset<Row> test = read(session, arguments[0] + "/t10k-images-idx3-ubyte.gz");
        MultilayerPerceptronClassificationModel model = new MultilayerPerceptronClassifier()
                .setLayers(new int[] {784, 256, 10})
                .setMaxIter(Integer.parseInt(arguments[1]))
                .setSeed(1)
                .fit(train);
        MulticlassClassificationEvaluator accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy");
        System.out.printf(
                "{\"test\": %s, \"in_sample\": %s}%n",
                accuracy.evaluate(model.transform(test)), accuracy.evaluate(model.transform(train)));
        session.stop();
    }

    private static Dataset<Row> read(SparkSession session, String images) {
        DataSource source = IdxSource.open(images, new Configuration());
        int features = source.format().featureCount();
        JavaRDD<Row> rows = source.rows(new JavaSparkContext(session.sparkContext()))
                .map(bytes -> {
                    double[] values = new double[features];
                    for (int i = 0; i < features; i++) {
                        values[i] = (bytes[i] & 0xff) / 256.0;
                    }
                    return RowFactory.create((double) bytes[features], Vectors.dense(values));
                });
        return session.createDataFrame(rows.repartition(2), SCHEMA).cache();
    }
}
