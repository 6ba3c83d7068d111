package io.lockstep.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lockstep.LockstepException;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelEvaluationTest {
    /** Both sides compute in float64 and differ in the order of their sums. */
    private static final double TOLERANCE = 1e-9;

    private static JavaSparkContext spark;
    private static JsonNode cases;

    @BeforeAll
    static void start() throws Exception {
        spark = new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("test"));
        try (InputStream in = ModelEvaluationTest.class.getResourceAsStream("/evaluation/figures.json")) {
            cases = Json.read(in.readAllBytes(), "figures.json");
        }
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** The figures are of {@code src/test/scripts/evaluation.py}. */
    @ParameterizedTest
    @ValueSource(strings = {"ties", "binary"})
    void agreesWithScikitLearn(String name) {
        JsonNode expected = cases.get(name).get("figures");
        JsonNode found = Json.object(EvaluationFiles.json(evaluate(rows(name), 4), Optional.empty()));
        for (String key :
                List.of("examples", "accuracy", "topK", "logLoss", "brierScore", "expectedCalibrationError")) {
            assertSame(found.get(key), expected.get(key), key);
        }
        assertSame(found.get("confusionMatrix"), expected.get("confusionMatrix"), "confusionMatrix");
        List<String> figures = List.of("precision", "recall", "f1", "rocAuc", "prAuc");
        assertSame(found.get("macro"), figures, expected.get("macro"));
        assertSame(found.get("weighted"), figures, expected.get("weighted"));
        for (int i = 0; i < expected.get("classes").size(); i++) {
            assertSame(
                    found.get("classes").get(i),
                    List.of("precision", "recall", "f1", "support", "rocAuc", "prAuc"),
                    expected.get("classes").get(i));
        }
        for (int bin = 0; bin < 15; bin++) {
            assertSame(
                    found.get("calibration").get(bin),
                    List.of("weight", "meanConfidence", "accuracy"),
                    expected.get("calibration").get(bin));
        }
    }

    @Test
    void aClassWithoutRowsAndOneThatIsNeverPredictedAreZeroOrUndefined() {
        List<ClassFigures> classes = evaluate(rows("ties"), 2).classes();
        assertThat(classes.get(5).figures()).isEqualTo(new Figures(0, 0, 0, null, null));
        assertThat(classes.get(6).figures().precision()).isZero();
        assertThat(classes.get(6).support()).isPositive();
    }

    @Test
    void aSingleClassLeavesRocUndefinedEverywhere() {
        ModelEvaluation evaluation =
                evaluate(List.of(new Scored(new float[] {0.5f, 0.5f}, 0, 1), new Scored(new float[] {0, 1}, 0, 3)), 2);
        assertThat(evaluation.overall().accuracy())
                .as("a tie goes to the first class")
                .isEqualTo(0.25);
        assertThat(evaluation.overall().logLoss())
                .as("p = 0 counts as 2^-149")
                .isEqualTo((Math.log(2) + 3 * 149 * Math.log(2)) / 4, within(TOLERANCE));
        assertThat(evaluation.overall().brierScore()).isEqualTo((0.5 + 3 * 2) / 4);
        assertThat(evaluation.macro()).isEqualTo(new Figures(0.5, 0.125, 0.2, null, 1.0));
        assertThat(evaluation.weighted()).isEqualTo(new Figures(1, 0.25, 0.4, null, 1.0));
    }

    @Test
    void anyOrderAndPartitioningGivesTheSameBits() {
        List<Scored> rows = rows("ties");
        String expected = Json.write(EvaluationFiles.json(evaluate(rows, 1), Optional.empty()));
        Random random = new Random(1);
        for (int partitions : List.of(2, 7, 23)) {
            Collections.shuffle(rows, random);
            assertThat(Json.write(EvaluationFiles.json(evaluate(rows, partitions), Optional.empty())))
                    .isEqualTo(expected);
            assertThat(Json.write(EvaluationFiles.json(evaluateInRanges(rows, partitions), Optional.empty())))
                    .isEqualTo(expected);
        }
    }

    /** Rows without ties among them, so that almost every range begins in the middle of a class. */
    @Test
    void manyDifferentScoresInAnyPartitioningGiveTheSameBits() {
        Random random = new Random(2);
        List<Scored> rows = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            float p = random.nextFloat();
            rows.add(new Scored(new float[] {p, (1 - p) / 2, (1 - p) / 2}, random.nextInt(3), random.nextDouble()));
        }
        String expected = Json.write(EvaluationFiles.json(evaluate(rows, 1), Optional.empty()));
        assertThat(Json.write(EvaluationFiles.json(evaluate(rows, 16), Optional.empty())))
                .isEqualTo(expected);
        assertThat(Json.write(EvaluationFiles.json(evaluateInRanges(rows, 16), Optional.empty())))
                .isEqualTo(expected);
    }

    @Test
    void weightTwoIsTheRowTwiceAndWeightZeroIsNoRow() {
        List<Scored> weighted = new ArrayList<>();
        List<Scored> repeated = new ArrayList<>();
        List<Scored> rows = rows("binary");
        for (int i = 0; i < rows.size(); i++) {
            Scored row = rows.get(i);
            weighted.add(new Scored(row.probabilities(), row.truth(), i % 3));
            repeated.addAll(Collections.nCopies(i % 3, row));
        }
        JsonNode expected = Json.object(EvaluationFiles.json(evaluate(repeated, 3), Optional.empty()));
        JsonNode found = Json.object(EvaluationFiles.json(evaluate(weighted, 3), Optional.empty()));
        assertThat(found.get("examples").asInt()).isEqualTo(200);
        assertThat(found.get("weight").asInt()).isEqualTo(300);
        for (String key : List.of("accuracy", "logLoss", "brierScore", "expectedCalibrationError", "confusionMatrix")) {
            assertSame(found.get(key), expected.get(key), key, 1e-12);
        }
        for (String key : List.of("macro", "weighted", "classes", "calibration")) {
            assertSame(found.get(key), expected.get(key), key, 1e-12);
        }
    }

    @Test
    void refusesRowsOfWhichNoneCounts() {
        assertThatExceptionOfType(LockstepException.class)
                .isThrownBy(() -> evaluate(List.of(new Scored(new float[] {0, 1}, 1, 0)), 2))
                .withMessage("expected at least one row with a weight above 0, found none");
    }

    @Test
    void refusesWhatIsNoScoredRow() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Scored(new float[] {0, 1}, 2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Scored(new float[] {0, 1}, 1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Scored(new float[] {0, 1}, 1, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Scored(new float[] {0, Float.NaN}, 1, 1));
    }

    @Test
    void leavesNothingStored() {
        evaluate(rows("binary"), 2);
        assertThat(spark.getPersistentRDDs()).isEmpty();
        var kept = spark.parallelize(rows("binary"), 2).persist(StorageLevel.MEMORY_ONLY());
        ModelEvaluation.of(kept, List.of("a", "b"));
        assertThat(spark.getPersistentRDDs()).containsOnlyKeys(kept.id());
        kept.unpersist(true);
    }

    @Test
    void writesWholeNumbersAsLabels(@TempDir Path directory) throws Exception {
        writeLabels(List.of(5L, 255L), directory);
        assertThat(label(directory)).isEqualTo(LongNode.valueOf(255));
        assertThat(read(directory, "classes.parquet").get(1).getLong("label", 0))
                .isEqualTo(255);
    }

    @Test
    void writesTextAsLabels(@TempDir Path directory) throws Exception {
        writeLabels(List.of("x", "01"), directory);
        assertThat(label(directory)).isEqualTo(TextNode.valueOf("01"));
        assertThat(read(directory, "classes.parquet").get(1).getString("label", 0))
                .isEqualTo("01");
    }

    @Test
    void writesBooleansAsLabels(@TempDir Path directory) throws Exception {
        writeLabels(List.of(false, true), directory);
        assertThat(label(directory)).isEqualTo(BooleanNode.TRUE);
        assertThat(read(directory, "classes.parquet").get(1).getBoolean("label", 0))
                .isTrue();
    }

    private static void writeLabels(List<?> labels, Path directory) throws IOException {
        EvaluationFiles.write(ModelEvaluation.of(spark.parallelize(rows("binary"), 2), labels), directory(directory));
    }

    private static JsonNode label(Path directory) throws IOException {
        JsonNode json = Json.read(Files.readAllBytes(directory.resolve("evaluation.json")), "evaluation.json");
        JsonNode label = json.get("classes").get(1).get("label");
        return label.isInt() ? LongNode.valueOf(label.asLong()) : label;
    }

    @Test
    void writesTheSameFiguresAsParquet(@TempDir Path directory) throws Exception {
        ModelEvaluation evaluation = evaluate(rows("ties"), 2);
        EvaluationFiles.write(evaluation, directory(directory));
        assertThat(directory.toFile().list())
                .containsExactlyInAnyOrder(
                        "evaluation.json",
                        "figures.parquet",
                        "classes.parquet",
                        "confusion.parquet",
                        "calibration.parquet");

        List<Group> figures = read(directory, "figures.parquet");
        assertThat(figures).hasSize(9 + 10);
        assertThat(figures.get(2).getString("figure", 0)).isEqualTo("accuracy");
        assertThat(figures.get(2).getDouble("value", 0))
                .isEqualTo(evaluation.overall().accuracy());
        List<Group> classes = read(directory, "classes.parquet");
        assertThat(classes).hasSize(7);
        assertThat(classes.get(3).getDouble("roc_auc", 0))
                .isEqualTo(evaluation.classes().get(3).figures().rocAuc());
        assertThat(classes.get(5).getFieldRepetitionCount("roc_auc")).as("null").isZero();
        Group cell = read(directory, "confusion.parquet").get(2 * 7 + 3);
        assertThat(cell.getLong("truth", 0)).isEqualTo(12);
        assertThat(cell.getLong("prediction", 0)).isEqualTo(13);
        assertThat(cell.getDouble("weight", 0)).isEqualTo(evaluation.confusion()[2][3]);
        assertThat(read(directory, "calibration.parquet")).hasSize(15);
    }

    private static ModelEvaluation evaluate(List<Scored> rows, int partitions) {
        return ModelEvaluation.of(spark.parallelize(rows, partitions), labels(rows));
    }

    /** With the scores of each class in several ranges. */
    private static ModelEvaluation evaluateInRanges(List<Scored> rows, int partitions) {
        return ModelEvaluation.of(spark.parallelize(rows, partitions), labels(rows), Math.max(1, rows.size() / 9));
    }

    private static List<Long> labels(List<Scored> rows) {
        int classCount = rows.get(0).probabilities().length;
        return LongStream.range(10, 10 + classCount).boxed().toList();
    }

    private static List<Scored> rows(String name) {
        JsonNode of = cases.get(name);
        List<Scored> rows = new ArrayList<>();
        for (int row = 0; row < of.get("truth").size(); row++) {
            JsonNode p = of.get("probabilities").get(row);
            float[] probabilities = new float[p.size()];
            IntStream.range(0, p.size())
                    .forEach(i -> probabilities[i] = (float) p.get(i).asDouble());
            rows.add(new Scored(
                    probabilities,
                    of.get("truth").get(row).asInt(),
                    of.get("weight").get(row).asDouble()));
        }
        return rows;
    }

    private static void assertSame(JsonNode found, List<String> keys, JsonNode expected) {
        for (int i = 0; i < keys.size(); i++) {
            assertSame(found.get(keys.get(i)), expected.get(i), keys.get(i));
        }
    }

    private static void assertSame(JsonNode found, JsonNode expected, String name) {
        assertSame(found, expected, name, TOLERANCE);
    }

    /** All numbers within a relative tolerance, all else equal. */
    private static void assertSame(JsonNode found, JsonNode expected, String name, double tolerance) {
        if (expected.isNumber()) {
            double value = expected.asDouble();
            assertThat(found.isNumber()).as(name).isTrue();
            assertThat(found.asDouble()).as(name).isEqualTo(value, within(tolerance * Math.max(1, Math.abs(value))));
        } else if (expected.isContainerNode()) {
            assertThat(found.size()).as(name).isEqualTo(expected.size());
            Iterator<JsonNode> values = found.elements();
            expected.elements().forEachRemaining(value -> assertSame(values.next(), value, name, tolerance));
        } else {
            assertThat(found).as(name).isEqualTo(expected);
        }
    }

    private static Directory directory(Path directory) {
        return Directory.at(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
    }

    private static List<Group> read(Path directory, String name) throws Exception {
        List<Group> rows = new ArrayList<>();
        try (ParquetReader<Group> reader = ParquetReader.builder(
                        new GroupReadSupport(),
                        new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()))
                .build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                rows.add(row);
            }
        }
        return rows;
    }
}
