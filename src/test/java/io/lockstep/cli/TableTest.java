package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From tables to models and back, through the command line. */
class TableTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A row: two numbers that tell the label, with a category. */
    private record Row(double x2, double x10, String colour, String label) {
        static Row random(Random random) {
            double x2 = random.nextInt(2000) / 100.0 - 10;
            double x10 = 1e6 + random.nextInt(1000);
            String colour = List.of("red", "green", "blue").get(random.nextInt(3));
            return new Row(x2, x10, colour, x2 + (colour.equals("red") ? 5 : 0) > 0 ? "yes" : "no");
        }

        String csv() {
            return x10 + "," + colour + "," + label + "," + x2;
        }

        String json() {
            return String.join(
                    "", "{\"label\":\"", label, "\",\"x2\":" + x2, ",\"colour\":\"" + colour, "\",\"x10\":" + x10, "}");
        }
    }

    @TempDir
    private Path directory;

    private final List<Row> rows = new ArrayList<>();
    private Path table;

    @BeforeEach
    void write() throws IOException {
        Random random = new Random(1);
        Stream.generate(() -> Row.random(random)).limit(300).forEach(rows::add);
        table = csv("train.csv", rows.stream().map(Row::csv).toList());
    }

    @Test
    void equalRowsGiveEqualBitsFromAnyFilesInAnyOrderOnBothEngines() throws IOException {
        String expected = digest("csv", table);
        assertThat(digest("again", table, "--engine", "aggregate", "--partitions", "1"))
                .isEqualTo(expected);
        Collections.shuffle(rows, new Random(2));
        Path lines = directory.resolve("lines");
        Files.createDirectory(lines);
        Files.write(
                lines.resolve("a.json"),
                rows.subList(0, 100).stream().map(Row::json).toList());
        Files.write(
                lines.resolve("b.json"),
                rows.subList(100, 300).stream().map(Row::json).toList());
        assertThat(digest("json", lines)).isEqualTo(expected);
        for (String format : List.of("parquet", "orc")) {
            Path files = directory.resolve(format);
            convert(lines, format, files);
            assertThat(digest("from-" + format, files)).as(format).isEqualTo(expected);
        }
    }

    @Test
    void aRunThatWasStoppedGoesOnToTheSameBits() throws IOException {
        String expected = digest("whole", table, "--epochs", "5");
        digest("parts", table, "--epochs", "2");
        Files.delete(directory.resolve("parts/run.json"));
        assertThat(digest("parts", table, "--epochs", "5", "--resume", "--engine", "aggregate"))
                .isEqualTo(expected);
    }

    @Test
    void rowsOfOneKeyGoToValidationTogether() throws IOException {
        List<String> keyed = new ArrayList<>(List.of("x10,colour,label,x2,person"));
        Random random = new Random(4);
        rows.forEach(row -> keyed.add(row.csv() + "," + (row.label().equals("yes") ? "a" : "b") + random.nextInt(4)));
        Path people = Files.write(directory.resolve("people.csv"), keyed);
        Lockstep result = train("people", people, "--split-by", "person", "--validation-fraction", "0.4");
        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode data =
                JSON.readTree(directory.resolve("people/run.json").toFile()).path("data");
        List<Long> sizes = keyed.stream()
                .skip(1)
                .collect(Collectors.groupingBy(row -> row.substring(row.lastIndexOf(',')), Collectors.counting()))
                .values()
                .stream()
                .toList();
        assertThat(sums(sizes)).contains(data.path("validationExamples").asLong());
        assertThat(data.path("features").asInt()).isEqualTo(5);
    }

    /** The sums of some of the numbers. */
    private static List<Long> sums(List<Long> numbers) {
        List<Long> sums = new ArrayList<>(List.of(0L));
        for (long number : numbers) {
            sums.addAll(sums.stream().map(sum -> sum + number).toList());
        }
        return sums;
    }

    private static void convert(Path lines, String format, Path target) throws IOException {
        WithSpark.run(spark -> spark.read()
                .json(lines.toString())
                .repartition(3)
                .write()
                .format(format)
                .save(target.toString()));
    }

    @Test
    void anEntryThatLibsvmLeavesOutIsZero() throws IOException {
        Random random = new Random(3);
        List<String> csv = new ArrayList<>(List.of("x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,x11,x12,label"));
        List<String> libsvm = new ArrayList<>();
        for (int row = 0; row < 200; row++) {
            int first = 1 + random.nextInt(11);
            int value = 1 + random.nextInt(9);
            libsvm.add(first % 2 + " " + first + ":" + value + " 12:1");
            csv.add(Stream.iterate(1, i -> i <= 12, i -> i + 1)
                            .map(i -> i == first ? String.valueOf(value) : i == 12 ? "1" : "0")
                            .collect(Collectors.joining(","))
                    + "," + first % 2);
        }
        Path dense = Files.write(directory.resolve("dense.csv"), csv);
        Path sparse = Files.write(directory.resolve("sparse.libsvm"), libsvm);
        assertThat(digest("dense", dense)).isEqualTo(digest("sparse", sparse));
    }

    @Test
    void aRowOfWeightZeroIsAsIfItWereNotThere() throws IOException {
        List<String> weighted = new ArrayList<>(List.of("x10,colour,label,x2,w"));
        rows.forEach(row -> weighted.add(row.csv() + ",1"));
        Path all = Files.write(directory.resolve("all.csv"), weighted);
        weighted.add("7,purple,maybe,nonsense,0");
        Path withNone = Files.write(directory.resolve("none.csv"), weighted);
        assertThat(digest("none", withNone, "--weight-column", "w"))
                .isEqualTo(digest("all", all, "--weight-column", "w"))
                .isEqualTo(digest("unweighted", table));
    }

    @Test
    void whatIsPredictedIsWhatIsEvaluatedRowByRow() throws IOException {
        digest("run", table);
        Lockstep predicted = Lockstep.run(
                "predict",
                "--model",
                directory.resolve("run"),
                "--data",
                table,
                "--output",
                directory.resolve("predictions"),
                "--output-format",
                "json",
                "--keep-columns",
                "all");
        assertThat(predicted.exitCode()).as(predicted.err()).isZero();
        List<JsonNode> predictions = lines(directory.resolve("predictions"));
        assertThat(predictions)
                .extracting(row -> row.path("x2").asDouble())
                .isEqualTo(rows.stream().map(Row::x2).toList());
        Lockstep evaluated = Lockstep.run(
                "evaluate",
                "--model",
                directory.resolve("run/model"),
                "--data",
                table,
                "--output",
                directory.resolve("evaluation"));
        assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
        JsonNode evaluation =
                JSON.readTree(directory.resolve("evaluation/evaluation.json").toFile());
        long correct = predictions.stream()
                .filter(row ->
                        row.path("prediction").asText().equals(row.path("label").asText()))
                .count();
        assertThat(evaluation.path("examples").asLong()).isEqualTo(300);
        assertThat(evaluation.path("accuracy").asDouble())
                .isEqualTo(correct / 300.0)
                .isGreaterThan(0.9);
    }

    @Test
    void evaluateReadsTheColumnThatTheModelWasTrainedToPredict() throws IOException {
        List<String> lines = Files.readAllLines(table);
        lines.set(0, lines.get(0).replace("label", "answer"));
        Path renamed = Files.write(directory.resolve("renamed.csv"), lines);
        digest("run", renamed, "--label-column", "answer");
        Lockstep evaluated = Lockstep.run(
                "evaluate",
                "--model",
                directory.resolve("run"),
                "--data",
                renamed,
                "--output",
                directory.resolve("evaluation"));
        assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
        assertThat(evaluated.out()).contains("accuracy");
    }

    @Test
    void rowsThatCannotBeScoredAreRejectedWithAReasonIfThatIsAsked() throws IOException {
        digest("run", table);
        Path damaged = csv("damaged.csv", List.of("1000000,red,yes,3", "1000000,red,yes,many"));
        Lockstep refused = predict(damaged, "refused");
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).contains("damaged.csv", "line 3", "column 'x2': expected a number, found 'many'");
        assertThat(directory.resolve("refused")).doesNotExist();
        assertThat(predict(damaged, "some", "--invalid", "reject").out()).contains("scored 1 rows, rejected 1");
        assertThat(lines(directory.resolve("some/rejected")))
                .singleElement()
                .satisfies(row -> assertThat(row.path("reason").asText()).contains("line 3", "'many'"));
    }

    @Test
    void aTrainingCanBeginWithAnotherModel() throws IOException {
        String first = digest("first", table);
        digest("second", table, "--init-from", directory.resolve("first").toString());
        JsonNode record = JSON.readTree(directory.resolve("second/run.json").toFile());
        assertThat(record.path("initialisedFrom")).extracting(JsonNode::asText).containsExactly(first);
        Lockstep other =
                train("third", table, "--init-from", directory.resolve("first").toString(), "--hidden", "9");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("expected a network 5-9-2", "found 5-8-2");
    }

    @Test
    void aDryRunLeavesNothingBehind() {
        Lockstep rehearsed = train("rehearsed", table, "--dry-run");
        assertThat(rehearsed.exitCode()).as(rehearsed.err()).isZero();
        assertThat(rehearsed.out()).contains("colour", "one of blue, green, red", "network 5-8-2");
        assertThat(directory.resolve("rehearsed")).doesNotExist();
    }

    private Path csv(String name, List<String> lines) throws IOException {
        return Files.write(
                directory.resolve(name),
                Stream.concat(Stream.of("x10,colour,label,x2"), lines.stream()).toList());
    }

    private static List<JsonNode> lines(Path output) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(output)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    rows.add(JSON.readTree(line));
                }
            }
        }
        return rows;
    }

    private Lockstep predict(Path data, String output, String... options) {
        List<Object> arguments = new ArrayList<>(List.of(
                "predict",
                "--model",
                directory.resolve("run"),
                "--data",
                data,
                "--output",
                directory.resolve(output),
                "--output-format",
                "json"));
        arguments.addAll(List.of(options));
        return Lockstep.run(arguments.toArray());
    }

    private String digest(String output, Path data, String... options) {
        return train(output, data, options).digest();
    }

    private Lockstep train(String output, Path data, String... options) {
        List<Object> arguments = new ArrayList<>(
                List.of("train", "--train", data, "--batch-size", "32", "--output", directory.resolve(output)));
        for (String[] usual : new String[][] {{"--hidden", "8"}, {"--epochs", "3"}}) {
            if (!List.of(options).contains(usual[0])) {
                arguments.addAll(List.of(usual));
            }
        }
        arguments.addAll(List.of(options));
        return Lockstep.run(arguments.toArray());
    }
}
