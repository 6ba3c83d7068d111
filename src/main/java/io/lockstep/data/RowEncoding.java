package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.data.prepare.Encoder;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.linalg.SparseMatrix;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * From canonical rows to the rows of a shard.
 *
 * @param classes ascending
 * @param classFactors by which the weights of each class are multiplied
 */
record RowEncoding(CanonicalRows rows, Preparation preparation, List<Label> classes, double[] classFactors)
        implements Serializable {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    Shard shard(DealtRows dealt) {
        DealtRows.Sorted sorted = dealt.sorted(rows);
        DealtRows inOrder = new DealtRows(dealt.split(), dealt.index(), sorted.rows());
        Encoder encoder = Encoder.of(preparation);
        float[] zeros = new float[encoder.inputCount()];
        encoder.zeros(zeros, 0);
        Counter counter = new Counter(zeros);
        inOrder.forEach(rows, (bytes, row) -> rows.read(bytes, row, counter));
        boolean sparse = counter.zerosStay && SparseMatrix.pays(counter.nonZeros, counter.count * zeros.length);
        long values = sparse ? counter.nonZeros : counter.count * zeros.length;
        if (values > LARGEST_ARRAY) {
            throw LockstepException.configuration("--shards: expected shards of less than " + LARGEST_ARRAY
                    + " inputs, found one of " + values + "; use more shards");
        }
        Filler filler = new Filler(this, encoder, zeros, sparse, sorted.hashes(), (int) values);
        inOrder.forEach(rows, (bytes, row) -> rows.read(bytes, row, filler));
        return Shard.of(dealt.split(), dealt.index(), filler.rows(), filler.tally);
    }

    private int classOf(Label label) {
        int index = Collections.binarySearch(classes, label);
        if (index < 0) {
            throw new IllegalStateException("expected one of the classes " + classes + ", found " + label);
        }
        return index;
    }

    /** Counts rows, and the inputs of theirs that are not 0. */
    private static final class Counter implements CanonicalRows.Visitor {
        /** Whether the input of a number that is 0 is 0. */
        private final boolean zerosStay;

        private long count;
        private long nonZeros;

        Counter(float[] zeros) {
            this.zerosStay = Arrays.equals(zeros, new float[zeros.length]);
        }

        @Override
        public void number(int position, double value) {
            nonZeros++;
        }

        @Override
        public void missing(int position) {
            nonZeros++;
        }

        @Override
        public void text(int position, String value) {
            nonZeros++;
        }

        @Override
        public void end(Label label, double weight) {
            count++;
        }
    }

    /** Writes inputs, classes and weights. */
    private static final class Filler implements CanonicalRows.Visitor {
        private final RowEncoding encoding;
        private final Encoder encoder;
        private final float[] zeros;
        private final int[] indices;
        private final float[] values;
        private final int[] ends;
        private final int[] classes;
        private final float[] weights;
        private final RowHash[] hashes;
        private final Tally tally = new Tally();
        private int row;
        private int end;

        Filler(RowEncoding encoding, Encoder encoder, float[] zeros, boolean sparse, RowHash[] hashes, int valueCount) {
            int count = hashes.length;
            this.hashes = hashes;
            this.encoding = encoding;
            this.encoder = encoder;
            this.zeros = zeros;
            this.indices = sparse ? new int[valueCount] : null;
            this.values = new float[valueCount];
            this.ends = sparse ? new int[count] : null;
            this.classes = new int[count];
            this.weights = new float[count];
            begin();
        }

        private void begin() {
            if (indices == null && row < classes.length) {
                System.arraycopy(zeros, 0, values, row * zeros.length, zeros.length);
            }
        }

        @Override
        public void number(int position, double value) {
            set(encoder.input(position), encoder.number(position, value));
        }

        @Override
        public void missing(int position) {
            float value = encoder.missing(position);
            if (!encoder.isCategory(position)) {
                set(encoder.input(position), value);
            }
        }

        @Override
        public void text(int position, String value) {
            int input = encoder.category(position, value);
            if (input >= 0) {
                set(input, 1);
            }
        }

        private void set(int input, float value) {
            if (indices == null) {
                values[row * zeros.length + input] = value;
            } else if (value != 0) {
                indices[end] = input;
                values[end++] = value;
            }
        }

        @Override
        public void end(Label label, double weight) {
            int classOf = encoding.classOf(label);
            classes[row] = classOf;
            weights[row] = (float) (weight * encoding.classFactors()[classOf]);
            tally.add(label, hashes[row]);
            if (ends != null) {
                ends[row] = end;
            }
            row++;
            begin();
        }

        FloatRows rows() {
            boolean all = indices == null || end == values.length;
            return new FloatRows(
                    zeros.length,
                    all ? indices : Arrays.copyOf(indices, end),
                    all ? values : Arrays.copyOf(values, end),
                    ends,
                    classes,
                    weights);
        }
    }
}
