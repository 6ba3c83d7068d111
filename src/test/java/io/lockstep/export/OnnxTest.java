package io.lockstep.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.lockstep.LockstepException;
import io.lockstep.data.Label;
import io.lockstep.data.prepare.ColumnPreparation.Categories;
import io.lockstep.data.prepare.ColumnPreparation.Numbers;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.model.Models;
import io.lockstep.model.TableRows;
import io.lockstep.model.TrainedModel;
import io.lockstep.nn.Network;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OnnxTest {
    /** A float32 sum of a few products, in another order */
    private static final float TOLERANCE = 1e-5f;

    @Test
    void aTableIsPreparedAndScoredAsWeDoIt() throws OrtException {
        TrainedModel model = Models.table();
        OnnxScores scores = OnnxScores.of(Onnx.encode(model), TableRows.byName());
        float[] expected = Models.probabilities(model, TableRows.encoded(model.preparation()));
        for (int row = 0; row < TableRows.COUNT; row++) {
            float[] found = scores.probabilities()[row];
            assertThat(found[0]).isCloseTo(expected[2 * row], within(TOLERANCE));
            assertThat(found[1]).isCloseTo(expected[2 * row + 1], within(TOLERANCE));
            assertThat(((String[]) scores.labels())[row]).isEqualTo(found[0] >= found[1] ? "no" : "yes");
        }
        assertThat((String[]) scores.labels()).contains("no", "yes");
    }

    @Test
    void aMissingNumberThatIsNotFilledInGivesNoProbabilities() throws OrtException {
        Map<String, Object> table = TableRows.byName();
        table.put("since", new double[][] {{1.7e9}, {Double.NaN}, {1.7e9}, {1.7e9}, {1.7e9}});
        assertThat(OnnxScores.of(Onnx.encode(Models.table()), table).probabilities()[1])
                .containsOnly(Float.NaN);
    }

    @Test
    void aCategoryThatTheModelRefusesIsRefused() {
        Map<String, Object> table = TableRows.byName();
        table.put("colour", new String[][] {{"red"}, {"green"}, {"red"}, {"red"}, {"red"}});
        assertThatThrownBy(() -> OnnxScores.of(Onnx.encode(Models.table()), table))
                .isInstanceOf(OrtException.class)
                .hasMessageContaining("Unknown Category");
    }

    @Test
    void aMissingCategoryIsNoUnknownOne() throws OrtException {
        Preparation preparation = new Preparation(List.of(new Categories("city", List.of("Bern", "Rom"), false, true)));
        TrainedModel model = Models.of(Network.of(List.of(2, 2)), List.of(Label.of(0), Label.of(1)), preparation);
        byte[] onnx = Onnx.encode(model);
        OnnxScores scores = OnnxScores.of(onnx, Map.of("city", new String[][] {{""}, {"Rom"}}));
        float[] expected = Models.probabilities(model, new float[] {0, 0, 0, 1});
        assertThat(scores.probabilities()[0][0]).isCloseTo(expected[0], within(TOLERANCE));
        assertThat(scores.probabilities()[1][0]).isCloseTo(expected[2], within(TOLERANCE));
        assertThatThrownBy(() -> OnnxScores.of(onnx, Map.of("city", new String[][] {{"Ulm"}})))
                .isInstanceOf(OrtException.class);
    }

    @Test
    void labelsComeOutInTheirOwnType() throws OrtException {
        assertThat(labels(5L, 200L, 255L)).isEqualTo(new long[] {255});
        assertThat(labels(-1L << 40, 0L, 1L << 40)).isEqualTo(new long[] {1L << 40});
        assertThat(labels("01", "1", "zwölf")).isEqualTo(new String[] {"zwölf"});
        assertThat(labels(false, true)).isEqualTo(new boolean[] {true});
    }

    /** Of a network whose biases make the last class the likeliest. */
    private static Object labels(Object... values) throws OrtException {
        Network network = Network.of(List.of(3, values.length));
        TrainedModel model =
                Models.of(network, Stream.of(values).map(Label::new).toList(), Preparation.ofBytes(3, 1 / 256f));
        model.parameters()[network.parameterCount() - 1] = 50;
        return OnnxScores.of(Onnx.encode(model), Map.of("features", new float[][] {{0, 128, 255}}))
                .labels();
    }

    @Test
    void theSameModelGivesTheSameBytes() {
        assertThat(Onnx.encode(Models.table())).isEqualTo(Onnx.encode(Models.table()));
    }

    @Test
    void namesThatOnnxTakesTwiceAreRefused() {
        for (String name : List.of("label", "probabilities", "")) {
            Preparation preparation = new Preparation(List.of(new Categories(name, List.of("a", "b"), true, true)));
            TrainedModel model = Models.of(Network.of(List.of(2, 2)), List.of(Label.of(0), Label.of(1)), preparation);
            assertThatThrownBy(() -> Onnx.encode(model))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("column '" + name + "'");
        }
    }

    @Test
    void columnsMayHaveTheNamesOfWhatTheGraphComputes() throws OrtException {
        double[] one = {1};
        Preparation preparation = new Preparation(
                List.of(new Numbers("Sub.1", false, one, one, one), new Numbers("Gemm.7", false, one, one, one)));
        TrainedModel model = Models.of(Network.of(List.of(2, 2)), List.of(Label.of(0), Label.of(1)), preparation);
        double[][] values = {{3}};
        OnnxScores scores = OnnxScores.of(Onnx.encode(model), Map.of("Sub.1", values, "Gemm.7", values));
        assertThat(scores.probabilities()[0][0])
                .isCloseTo(Models.probabilities(model, new float[] {2, 2})[0], within(TOLERANCE));
    }
}
