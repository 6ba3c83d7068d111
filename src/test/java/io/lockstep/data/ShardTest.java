package io.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Matrix;
import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardTest {
    private static final RowFormat FORMAT = new RowFormat(3);
    private static final RowDecoder DECODER = new RowDecoder(0.5f, List.of(2, 5, 300));

    @Test
    void theOrderOfRowsDoesNotMatter() {
        byte[] rows = rows(50, 1);
        Shard shard = Shard.of(new DealtRows(Split.TRAIN, 0, rows), FORMAT);
        Shard fromReversed = Shard.of(new DealtRows(Split.TRAIN, 0, reversed(rows)), FORMAT);
        assertThat(decoded(fromReversed, 0, 50)).isEqualTo(decoded(shard, 0, 50));
        assertThat(fromReversed.summary(Arithmetic.EXACT)).isEqualTo(shard.summary(Arithmetic.EXACT));
    }

    @Test
    void bytesBecomeScaledFeaturesAndLabelsBecomeClasses() {
        byte[] row = {(byte) 255, 0, 7, 0, 0, 0, 0};
        FORMAT.setLabel(row, 300);
        Batch batch = new Batch(3);
        batch.resize(1);
        batch.weights()[0] = 5;
        Shard.of(new DealtRows(Split.TRAIN, 0, row), FORMAT).gatherRange(0, 1, DECODER, batch);
        assertThat(batch.features()).containsExactly(127.5f, 0f, 3.5f);
        assertThat(batch.labels()).containsExactly(2);
        assertThat(batch.weights()).containsExactly(1f);
    }

    /** 19 features: twice eight, and some over. */
    @Test
    void batchesOfMostlyZerosLeaveThemOut() {
        RowFormat format = new RowFormat(19);
        Random random = new Random(4);
        byte[] rows = new byte[30 * format.bytes()];
        float[][] expected = new float[30][19];
        for (int row = 0; row < 30; row++) {
            byte[] one = new byte[format.bytes()];
            for (int i = 0; i < 19; i++) {
                one[i] = random.nextInt(6) == 0 ? (byte) random.nextInt(256) : 0;
                expected[row][i] = (one[i] & 0xff) * 0.5f;
            }
            format.setLabel(one, 5);
            System.arraycopy(one, 0, rows, row * one.length, one.length);
        }
        Shard shard = Shard.of(new DealtRows(Split.TRAIN, 0, rows), format);
        Batch batch = new Batch(19);
        shard.gatherRange(0, 30, DECODER, batch);
        assertThat(batch.inputs()).isInstanceOf(SparseMatrix.class);
        List<String> all = texts(batch);
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(expected)
                        .map(row -> Arrays.toString(row) + 1)
                        .toList());
        shard.gatherRange(7, 9, DECODER, batch);
        assertThat(texts(batch)).isEqualTo(all.subList(7, 9));
    }

    @Test
    void anEpochUsesEveryRowExactlyOnceInASeededOrder() {
        Random random = new Random(2);
        for (int round = 0; round < 50; round++) {
            int count = random.nextInt(40);
            EpochPlan plan = new EpochPlan(round, 1 + random.nextInt(15));
            Shard shard = Shard.of(new DealtRows(Split.TRAIN, 3, rows(count, round)), FORMAT);
            List<String> visited = visited(shard, plan, 1);
            assertThat(visited).hasSize(count).containsExactlyInAnyOrderElementsOf(decoded(shard, 0, count));
            assertThat(visited(shard, plan, 1)).isEqualTo(visited);
        }
    }

    @Test
    void epochsSeedsAndShardsHaveOrdersOfTheirOwn() {
        byte[] rows = rows(40, 9);
        Shard shard = Shard.of(new DealtRows(Split.TRAIN, 0, rows), FORMAT);
        List<String> first = visited(shard, new EpochPlan(1, 5), 0);
        assertThat(visited(shard, new EpochPlan(1, 5), 1)).isNotEqualTo(first);
        assertThat(visited(shard, new EpochPlan(2, 5), 0)).isNotEqualTo(first);
        assertThat(visited(Shard.of(new DealtRows(Split.TRAIN, 1, rows), FORMAT), new EpochPlan(1, 5), 0))
                .isNotEqualTo(first);
    }

    private static List<String> visited(Shard shard, EpochPlan plan, int epoch) {
        List<String> rows = new ArrayList<>();
        Batch batch = new Batch(3);
        for (long step = 0; step < plan.stepsPerEpoch(); step++) {
            shard.gatherSlice(plan, epoch, step, DECODER, batch);
            rows.addAll(texts(batch));
        }
        return rows;
    }

    private static List<String> decoded(Shard shard, int from, int to) {
        Batch batch = new Batch(3);
        shard.gatherRange(from, to, DECODER, batch);
        return texts(batch);
    }

    private static List<String> texts(Batch batch) {
        List<String> texts = new ArrayList<>();
        int features = batch.featureCount();
        float[] all = features(batch);
        for (int row = 0; row < batch.rows(); row++) {
            float[] one = Arrays.copyOfRange(all, features * row, features * row + features);
            texts.add(Arrays.toString(one) + batch.labels()[row]);
        }
        return texts;
    }

    /** I · X, whichever way X is stored. */
    private static float[] features(Batch batch) {
        int count = batch.featureCount();
        float[] identity = new float[count * count];
        for (int i = 0; i < count; i++) {
            identity[i * count + i] = 1;
        }
        float[] features = new float[count * batch.rows()];
        Arithmetic.EXACT
                .products()
                .multiply(
                        Matrix.view(features, 0, count, batch.rows()),
                        Matrix.view(identity, 0, count, count),
                        batch.inputs());
        return features;
    }

    private static byte[] rows(int count, long seed) {
        Random random = new Random(seed);
        byte[] rows = new byte[count * FORMAT.bytes()];
        for (int row = 0; row < count; row++) {
            byte[] one = new byte[FORMAT.bytes()];
            random.nextBytes(one);
            FORMAT.setLabel(one, DECODER.classLabels().get(random.nextInt(3)));
            System.arraycopy(one, 0, rows, row * one.length, one.length);
        }
        return rows;
    }

    private static byte[] reversed(byte[] rows) {
        byte[] reversed = new byte[rows.length];
        int length = FORMAT.bytes();
        for (int offset = 0; offset < rows.length; offset += length) {
            System.arraycopy(rows, offset, reversed, rows.length - length - offset, length);
        }
        return reversed;
    }
}
