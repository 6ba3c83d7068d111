package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.inference.Calibration;
import io.lockstep.inference.ClassFigures;
import io.lockstep.inference.Figures;
import io.lockstep.inference.ModelEvaluation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EvaluationTableTest {
    @Test
    void alignsAllColumns() {
        ModelEvaluation evaluation = new ModelEvaluation(
                5,
                new ModelEvaluation.Overall(0.8, new TreeMap<>(Map.of(2, 0.9)), 0.123456, 0.25),
                new double[][] {{12345678, 0, 1}, {0, 2.5, 0}, {0, 0, 0}},
                new Calibration(0.03, List.of()),
                List.of(
                        new ClassFigures("yes", new Figures(1, 0.5, 2 / 3.0, 0.75, 0.5), 12345679),
                        new ClassFigures("a label\nof two lines, and long", new Figures(1, 1, 1, 1.0, 1.0), 2.5),
                        new ClassFigures("no", new Figures(0, 0, 0, null, null), 0)));
        assertThat(print(evaluation)).isEqualTo("""
                        examples                     5
                        weight                       12345681.50
                        accuracy                     0.80000
                        top-2 accuracy               0.90000
                        log loss                     0.12346
                        Brier score                  0.25000
                        expected calibration error   0.03000

                        class                precision    recall        F1   ROC AUC    PR AUC      support
                        yes                    1.00000   0.50000   0.66667   0.75000   0.50000     12345679
                        a label\\nof two lin…   1.00000   1.00000   1.00000   1.00000   1.00000         2.50
                        no                     0.00000   0.00000   0.00000         -         -            0
                        macro                  0.66667   0.50000   0.55556   0.87500   0.75000             \

                        weighted               1.00000   0.50000   0.66667   0.75000   0.50000  12345681.50

                        confusion matrix: a row for each true class, a column for each predicted one
                                                              yes a label\\nof two lin…                   no
                        yes                              12345678                    0                    1
                        a label\\nof two lin…                    0                 2.50                    0
                        no                                      0                    0                    0
                        """);
    }

    @Test
    void showsTheFirstTwentyClassesOfTheConfusionMatrix() {
        List<ClassFigures> classes = LongStream.range(0, 30)
                .mapToObj(label -> new ClassFigures(label, new Figures(0, 0, 0, null, null), 1))
                .toList();
        String printed = print(new ModelEvaluation(
                30,
                new ModelEvaluation.Overall(0, new TreeMap<>(), 1, 1),
                new double[30][30],
                new Calibration(0, List.of()),
                classes));
        assertThat(printed)
                .contains("the first 20 of 30 classes; all are in confusion.parquet")
                .doesNotContain("weight  ");
        assertThat(printed.lines().mapToInt(String::length).max().orElseThrow()).isLessThanOrEqualTo(5 + 20 * 8);
        assertThat(printed.substring(printed.indexOf("confusion")).lines()).hasSize(3 + 20);
    }

    private static String print(ModelEvaluation evaluation) {
        StringWriter text = new StringWriter();
        EvaluationTable.print(evaluation, new PrintWriter(text));
        return text.toString();
    }
}
