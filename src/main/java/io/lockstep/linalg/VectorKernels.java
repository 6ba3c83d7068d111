package io.lockstep.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * By the Vector API. A tile of the product is computed at a time: one or two vectors of rows by several columns, whose
 * sums stay in registers while their terms are added. A lane does what plain Java would, and lanes are never added to
 * each other, except to see whether one is NaN; so neither their number nor the version of Java makes a difference.
 * Where rows do not fill the last vector, it begins earlier and computes some of them again; a product of fewer rows
 * than a vector computes more, and overwrites or drops them.
 *
 * <p>One species of vectors only: in a JVM that stores vectors of two, Java 17 calls a method for each store. The tiles
 * are written out, because sums are in registers only if they are local variables.
 *
 * <p>Tiles store their sums as {@code zero.add(sum)}, which makes −0 to +0. The compiler knows the class of the
 * constant, but not of a sum: {@code sum.add(zero)}, or a method for this, makes so much code of a tile that the
 * compiler stops inlining and keeps sums in memory.
 *
 * <p>The compiler warns of whatever needs an incubator module, so the build compiles the classes {@code Vector*Kernels}
 * by themselves; this one is found by name.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private static final int PANEL = VectorPackingKernels.PANEL;

    /**
     * Two vectors by eight columns are 16 sums: with AVX-512 there are registers for them, with AVX2 for half of them.
     */
    private static final int TILE_COLUMNS = LANES >= 16 ? 8 : 4;

    /** With this many columns or more, copying a block of rows side by side saves more time than it takes. */
    private static final int COLUMNS_WORTH_PACKING_ROWS = 128;

    /** As many as a second-level cache of a megabyte holds. */
    private static final int NUMBERS_IN_CACHE = 1 << 18;

    private final Scratch panels = new Scratch();
    private final Scratch rowPairs = new Scratch();
    private final Scratch widened = new Scratch();
    private final float[] tile = new float[PANEL * LANES];
    private final VectorSparseKernels sparse = new VectorSparseKernels();

    @Override
    public void dense(Matrix target, Matrix left, Matrix right) {
        if (target.rows() < LANES) {
            fewRows(target, left, right);
        } else if (right.numbers() > left.numbers() && left.numbers() <= NUMBERS_IN_CACHE) {
            panelByPanel(target, left, right);
        } else {
            blockByBlock(target, left, right);
        }
    }

    /**
     * Each block of rows by all panels, so that a left factor too large for a cache is read once: its rows are packed
     * for that even where columns are few.
     */
    private void blockByBlock(Matrix target, Matrix left, Matrix right) {
        int depth = left.columns();
        float[] packed = VectorPackingKernels.panels(right, panels);
        boolean packRows = target.columns() >= COLUMNS_WORTH_PACKING_ROWS
                || left.numbers() > NUMBERS_IN_CACHE && target.columns() > PANEL;
        for (int row = 0; row < target.rows(); row += 2 * LANES) {
            RowBlock rows = RowBlock.of(left, row);
            if (packRows) {
                rows = rows.packed(rowPairs.atLeast(Math.multiplyExact(2 * LANES, depth)), 0, depth);
            }
            for (int column = 0; column < target.columns(); column += PANEL) {
                tiles(target, rows, column, packed, column * depth, depth);
            }
        }
    }

    /**
     * Each panel by all blocks of rows, so that a large right factor is read once, and each panel packed in a cache.
     */
    private void panelByPanel(Matrix target, Matrix left, Matrix right) {
        int depth = left.columns();
        RowBlock[] blocks = new RowBlock[(target.rows() + 2 * LANES - 1) / (2 * LANES)];
        float[] rowsPacked = target.columns() >= COLUMNS_WORTH_PACKING_ROWS
                ? rowPairs.atLeast(Math.multiplyExact(blocks.length * 2 * LANES, depth))
                : null;
        for (int i = 0; i < blocks.length; i++) {
            RowBlock rows = RowBlock.of(left, i * 2 * LANES);
            blocks[i] = rowsPacked == null ? rows : rows.packed(rowsPacked, i * 2 * LANES * depth, depth);
        }
        float[] packed = panels.atLeast(VectorPackingKernels.numbersOf(depth, 1));
        for (int column = 0; column < target.columns(); column += PANEL) {
            VectorPackingKernels.panel(right, column, packed, 0);
            for (RowBlock rows : blocks) {
                tiles(target, rows, column, packed, 0, depth);
            }
        }
    }

    /**
     * Two vectors of rows of a left factor, or one.
     *
     * @param row of the first vector
     * @param second rows from there to the second vector; 0 if there is none
     * @param at index of the first vector's first column
     * @param stride from there to its next column
     * @param distance to the second vector's first column
     */
    private record RowBlock(int row, int second, float[] data, int at, int stride, int distance) {
        /** The vectors from a row on; where there are too few rows for them, they begin earlier. */
        static RowBlock of(Matrix left, int row) {
            int rows = left.rows();
            boolean single = rows - row <= LANES;
            int first = single ? rows - LANES : Math.max(0, Math.min(row, rows - 2 * LANES));
            int second = single ? 0 : Math.min(LANES, rows - LANES - first);
            return new RowBlock(first, second, left.data(), left.offset() + first, left.columnStride(), second);
        }

        /** With the vectors of each column side by side, one column after the other. */
        RowBlock packed(float[] packed, int to, int depth) {
            if (second == 0) {
                return this;
            }
            int from = at;
            for (int k = 0; k < depth; k++) {
                FloatVector.fromArray(SPECIES, data, from).intoArray(packed, to + k * 2 * LANES);
                FloatVector.fromArray(SPECIES, data, from + distance).intoArray(packed, to + k * 2 * LANES + LANES);
                from += stride;
            }
            return new RowBlock(row, second, packed, to, 2 * LANES, LANES);
        }
    }

    /** A block of rows by a panel. */
    private static void tiles(Matrix target, RowBlock rows, int panel, float[] packed, int packedAt, int depth) {
        int end = Math.min(panel + PANEL, target.columns());
        for (int column = panel; column < end; column += TILE_COLUMNS) {
            int b = packedAt + column - panel;
            int c = target.offset() + column * target.columnStride() + rows.row;
            int width = end - column;
            if (rows.second == 0) {
                tile1x8(
                        rows.data,
                        rows.at,
                        rows.stride,
                        packed,
                        b,
                        depth,
                        target.data(),
                        c,
                        target.columnStride(),
                        width);
                return;
            }
            if (TILE_COLUMNS == 8 && width > 4) {
                tile2x8(
                        rows.data,
                        rows.at,
                        rows.stride,
                        rows.distance,
                        packed,
                        b,
                        depth,
                        target.data(),
                        c,
                        rows.second,
                        target.columnStride(),
                        width);
            } else {
                tile2x4(
                        rows.data,
                        rows.at,
                        rows.stride,
                        rows.distance,
                        packed,
                        b,
                        depth,
                        target.data(),
                        c,
                        rows.second,
                        target.columnStride(),
                        width);
            }
        }
    }

    /** Fewer rows than lanes: the surplus lanes hold numbers of the next columns, or old ones. */
    private void fewRows(Matrix target, Matrix left, Matrix right) {
        int rows = target.rows();
        int depth = left.columns();
        float[] a = VectorPackingKernels.widened(left, 0, widened);
        float[] packed = right.isTransposed() ? VectorPackingKernels.panels(right, panels) : null;
        int end = target.offset() + target.columns() * rows;
        for (int column = 0; column < target.columns(); column += PANEL) {
            int width = Math.min(PANEL, target.columns() - column);
            int to = target.offset() + column * rows;
            // Later columns overwrite the surplus lanes of a column; the last have none behind them.
            boolean direct = to + (PANEL - 1) * rows + LANES <= end;
            float[] c = direct ? target.data() : tile;
            int cAt = direct ? to : 0;
            int cStride = direct ? rows : LANES;
            if (packed == null) {
                int b = right.offset() + column * depth;
                tile1x8OfColumns(a, right.data(), b, depth, c, cAt, cStride, width);
            } else {
                tile1x8(a, 0, LANES, packed, column * depth, depth, c, cAt, cStride, width);
            }
            for (int i = 0; !direct && i < width; i++) {
                System.arraycopy(tile, i * LANES, target.data(), to + i * rows, rows);
            }
        }
    }

    /** Of columns that are not packed; one that is not there is the last again. */
    private static void tile1x8OfColumns(
            float[] a, float[] b, int bAt, int depth, float[] c, int cAt, int cStride, int columns) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
        int last = columns - 1;
        int b1 = bAt + Math.min(1, last) * depth;
        int b2 = bAt + Math.min(2, last) * depth;
        int b3 = bAt + Math.min(3, last) * depth;
        int b4 = bAt + Math.min(4, last) * depth;
        int b5 = bAt + Math.min(5, last) * depth;
        int b6 = bAt + Math.min(6, last) * depth;
        int b7 = bAt + Math.min(7, last) * depth;
        for (int k = 0; k < depth; k++) {
            FloatVector a0 = FloatVector.fromArray(SPECIES, a, k * LANES);
            s0 = a0.fma(FloatVector.broadcast(SPECIES, b[bAt + k]), s0);
            s1 = a0.fma(FloatVector.broadcast(SPECIES, b[b1 + k]), s1);
            s2 = a0.fma(FloatVector.broadcast(SPECIES, b[b2 + k]), s2);
            s3 = a0.fma(FloatVector.broadcast(SPECIES, b[b3 + k]), s3);
            s4 = a0.fma(FloatVector.broadcast(SPECIES, b[b4 + k]), s4);
            s5 = a0.fma(FloatVector.broadcast(SPECIES, b[b5 + k]), s5);
            s6 = a0.fma(FloatVector.broadcast(SPECIES, b[b6 + k]), s6);
            s7 = a0.fma(FloatVector.broadcast(SPECIES, b[b7 + k]), s7);
        }
        zero.add(s0).intoArray(c, cAt);
        zero.add(s1).intoArray(c, cAt + Math.min(1, last) * cStride);
        zero.add(s2).intoArray(c, cAt + Math.min(2, last) * cStride);
        zero.add(s3).intoArray(c, cAt + Math.min(3, last) * cStride);
        zero.add(s4).intoArray(c, cAt + Math.min(4, last) * cStride);
        zero.add(s5).intoArray(c, cAt + Math.min(5, last) * cStride);
        zero.add(s6).intoArray(c, cAt + Math.min(6, last) * cStride);
        zero.add(s7).intoArray(c, cAt + Math.min(7, last) * cStride);
    }

    private static void tile2x8(
            float[] a,
            int aAt,
            int aStride,
            int aSecond,
            float[] b,
            int bAt,
            int depth,
            float[] c,
            int cAt,
            int cSecond,
            int cStride,
            int columns) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero, s01 = zero, s02 = zero, s03 = zero, s04 = zero, s05 = zero, s06 = zero, s07 = zero;
        FloatVector s10 = zero, s11 = zero, s12 = zero, s13 = zero, s14 = zero, s15 = zero, s16 = zero, s17 = zero;
        int at = aAt;
        for (int k = 0; k < depth; k++) {
            int bk = bAt + k * PANEL;
            FloatVector a0 = FloatVector.fromArray(SPECIES, a, at);
            FloatVector a1 = FloatVector.fromArray(SPECIES, a, at + aSecond);
            FloatVector x = FloatVector.broadcast(SPECIES, b[bk]);
            s00 = a0.fma(x, s00);
            s10 = a1.fma(x, s10);
            x = FloatVector.broadcast(SPECIES, b[bk + 1]);
            s01 = a0.fma(x, s01);
            s11 = a1.fma(x, s11);
            x = FloatVector.broadcast(SPECIES, b[bk + 2]);
            s02 = a0.fma(x, s02);
            s12 = a1.fma(x, s12);
            x = FloatVector.broadcast(SPECIES, b[bk + 3]);
            s03 = a0.fma(x, s03);
            s13 = a1.fma(x, s13);
            x = FloatVector.broadcast(SPECIES, b[bk + 4]);
            s04 = a0.fma(x, s04);
            s14 = a1.fma(x, s14);
            x = FloatVector.broadcast(SPECIES, b[bk + 5]);
            s05 = a0.fma(x, s05);
            s15 = a1.fma(x, s15);
            x = FloatVector.broadcast(SPECIES, b[bk + 6]);
            s06 = a0.fma(x, s06);
            s16 = a1.fma(x, s16);
            x = FloatVector.broadcast(SPECIES, b[bk + 7]);
            s07 = a0.fma(x, s07);
            s17 = a1.fma(x, s17);
            at += aStride;
        }
        zero.add(s00).intoArray(c, cAt);
        zero.add(s10).intoArray(c, cAt + cSecond);
        if (columns > 1) {
            zero.add(s01).intoArray(c, cAt + cStride);
            zero.add(s11).intoArray(c, cAt + cStride + cSecond);
        }
        if (columns > 2) {
            zero.add(s02).intoArray(c, cAt + 2 * cStride);
            zero.add(s12).intoArray(c, cAt + 2 * cStride + cSecond);
        }
        if (columns > 3) {
            zero.add(s03).intoArray(c, cAt + 3 * cStride);
            zero.add(s13).intoArray(c, cAt + 3 * cStride + cSecond);
        }
        if (columns > 4) {
            zero.add(s04).intoArray(c, cAt + 4 * cStride);
            zero.add(s14).intoArray(c, cAt + 4 * cStride + cSecond);
        }
        if (columns > 5) {
            zero.add(s05).intoArray(c, cAt + 5 * cStride);
            zero.add(s15).intoArray(c, cAt + 5 * cStride + cSecond);
        }
        if (columns > 6) {
            zero.add(s06).intoArray(c, cAt + 6 * cStride);
            zero.add(s16).intoArray(c, cAt + 6 * cStride + cSecond);
        }
        if (columns > 7) {
            zero.add(s07).intoArray(c, cAt + 7 * cStride);
            zero.add(s17).intoArray(c, cAt + 7 * cStride + cSecond);
        }
    }

    private static void tile2x4(
            float[] a,
            int aAt,
            int aStride,
            int aSecond,
            float[] b,
            int bAt,
            int depth,
            float[] c,
            int cAt,
            int cSecond,
            int cStride,
            int columns) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s00 = zero, s01 = zero, s02 = zero, s03 = zero;
        FloatVector s10 = zero, s11 = zero, s12 = zero, s13 = zero;
        int at = aAt;
        for (int k = 0; k < depth; k++) {
            int bk = bAt + k * PANEL;
            FloatVector a0 = FloatVector.fromArray(SPECIES, a, at);
            FloatVector a1 = FloatVector.fromArray(SPECIES, a, at + aSecond);
            FloatVector x = FloatVector.broadcast(SPECIES, b[bk]);
            s00 = a0.fma(x, s00);
            s10 = a1.fma(x, s10);
            x = FloatVector.broadcast(SPECIES, b[bk + 1]);
            s01 = a0.fma(x, s01);
            s11 = a1.fma(x, s11);
            x = FloatVector.broadcast(SPECIES, b[bk + 2]);
            s02 = a0.fma(x, s02);
            s12 = a1.fma(x, s12);
            x = FloatVector.broadcast(SPECIES, b[bk + 3]);
            s03 = a0.fma(x, s03);
            s13 = a1.fma(x, s13);
            at += aStride;
        }
        zero.add(s00).intoArray(c, cAt);
        zero.add(s10).intoArray(c, cAt + cSecond);
        if (columns > 1) {
            zero.add(s01).intoArray(c, cAt + cStride);
            zero.add(s11).intoArray(c, cAt + cStride + cSecond);
        }
        if (columns > 2) {
            zero.add(s02).intoArray(c, cAt + 2 * cStride);
            zero.add(s12).intoArray(c, cAt + 2 * cStride + cSecond);
        }
        if (columns > 3) {
            zero.add(s03).intoArray(c, cAt + 3 * cStride);
            zero.add(s13).intoArray(c, cAt + 3 * cStride + cSecond);
        }
    }

    private static void tile1x8(
            float[] a,
            int aAt,
            int aStride,
            float[] b,
            int bAt,
            int depth,
            float[] c,
            int cAt,
            int cStride,
            int columns) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
        int at = aAt;
        for (int k = 0; k < depth; k++) {
            int bk = bAt + k * PANEL;
            FloatVector a0 = FloatVector.fromArray(SPECIES, a, at);
            s0 = a0.fma(FloatVector.broadcast(SPECIES, b[bk]), s0);
            s1 = a0.fma(FloatVector.broadcast(SPECIES, b[bk + 1]), s1);
            s2 = a0.fma(FloatVector.broadcast(SPECIES, b[bk + 2]), s2);
            s3 = a0.fma(FloatVector.broadcast(SPECIES, b[bk + 3]), s3);
            s4 = a0.fma(FloatVector.broadcast(SPECIES, b[bk + 4]), s4);
            s5 = a0.fma(FloatVector.broadcast(SPECIES, b[bk + 5]), s5);
            s6 = a0.fma(FloatVector.broadcast(SPECIES, b[bk + 6]), s6);
            s7 = a0.fma(FloatVector.broadcast(SPECIES, b[bk + 7]), s7);
            at += aStride;
        }
        zero.add(s0).intoArray(c, cAt);
        if (columns > 1) {
            zero.add(s1).intoArray(c, cAt + cStride);
        }
        if (columns > 2) {
            zero.add(s2).intoArray(c, cAt + 2 * cStride);
        }
        if (columns > 3) {
            zero.add(s3).intoArray(c, cAt + 3 * cStride);
        }
        if (columns > 4) {
            zero.add(s4).intoArray(c, cAt + 4 * cStride);
        }
        if (columns > 5) {
            zero.add(s5).intoArray(c, cAt + 5 * cStride);
        }
        if (columns > 6) {
            zero.add(s6).intoArray(c, cAt + 6 * cStride);
        }
        if (columns > 7) {
            zero.add(s7).intoArray(c, cAt + 7 * cStride);
        }
    }

    @Override
    public void sparse(Matrix target, Matrix left, SparseMatrix right) {
        sparse.multiply(target, left, right);
    }

    @Override
    public void addBias(Matrix target, float[] bias, int offset) {
        int rows = target.rows();
        int vectors = SPECIES.loopBound(rows);
        for (int column = 0; column < target.columns(); column++) {
            int at = target.offset() + column * rows;
            for (int row = 0; row < vectors; row += LANES) {
                FloatVector.fromArray(SPECIES, target.data(), at + row)
                        .add(FloatVector.fromArray(SPECIES, bias, offset + row))
                        .intoArray(target.data(), at + row);
            }
            for (int row = vectors; row < rows; row++) {
                target.data()[at + row] += bias[offset + row];
            }
        }
    }

    @Override
    public void addBiasAndRectify(Matrix target, float[] bias, int offset) {
        int rows = target.rows();
        int vectors = SPECIES.loopBound(rows);
        for (int column = 0; column < target.columns(); column++) {
            int at = target.offset() + column * rows;
            for (int row = 0; row < vectors; row += LANES) {
                FloatVector.fromArray(SPECIES, target.data(), at + row)
                        .add(FloatVector.fromArray(SPECIES, bias, offset + row))
                        .max(FloatVector.zero(SPECIES))
                        .intoArray(target.data(), at + row);
            }
            for (int row = vectors; row < rows; row++) {
                target.data()[at + row] = Math.max(target.data()[at + row] + bias[offset + row], 0f);
            }
        }
    }

    @Override
    public void sumRows(Matrix matrix, float[] sums, int offset) {
        int rows = matrix.rows();
        int vectors = SPECIES.loopBound(rows);
        for (int row = 0; row < vectors; row += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int column = 0; column < matrix.columns(); column++) {
                sum = sum.add(FloatVector.fromArray(SPECIES, matrix.data(), matrix.offset() + column * rows + row));
            }
            sum.intoArray(sums, offset + row);
        }
        for (int row = vectors; row < rows; row++) {
            float sum = 0;
            for (int column = 0; column < matrix.columns(); column++) {
                sum += matrix.data()[matrix.offset() + column * rows + row];
            }
            sums[offset + row] = sum;
        }
    }

    @Override
    public void mask(Matrix target, float[] activations) {
        int end = target.rows() * target.columns();
        int vectors = SPECIES.loopBound(end);
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int i = 0; i < vectors; i += LANES) {
            int at = target.offset() + i;
            VectorMask<Float> active =
                    FloatVector.fromArray(SPECIES, activations, i).compare(VectorOperators.GT, zero);
            zero.blend(FloatVector.fromArray(SPECIES, target.data(), at), active)
                    .intoArray(target.data(), at);
        }
        for (int i = vectors; i < end; i++) {
            int at = target.offset() + i;
            target.data()[at] = activations[i] > 0 ? target.data()[at] : 0f;
        }
    }

    @Override
    public void addSquares(float[] sums, float[] vector, int from, int rows) {
        for (int i = 0; i < sums.length; i += 4 * LANES) {
            FloatVector s0 = FloatVector.fromArray(SPECIES, sums, i);
            FloatVector s1 = FloatVector.fromArray(SPECIES, sums, i + LANES);
            FloatVector s2 = FloatVector.fromArray(SPECIES, sums, i + 2 * LANES);
            FloatVector s3 = FloatVector.fromArray(SPECIES, sums, i + 3 * LANES);
            for (int row = 0; row < rows; row++) {
                int at = from + row * sums.length + i;
                FloatVector v0 = FloatVector.fromArray(SPECIES, vector, at);
                FloatVector v1 = FloatVector.fromArray(SPECIES, vector, at + LANES);
                FloatVector v2 = FloatVector.fromArray(SPECIES, vector, at + 2 * LANES);
                FloatVector v3 = FloatVector.fromArray(SPECIES, vector, at + 3 * LANES);
                s0 = s0.add(v0.mul(v0));
                s1 = s1.add(v1.mul(v1));
                s2 = s2.add(v2.mul(v2));
                s3 = s3.add(v3.mul(v3));
            }
            s0.intoArray(sums, i);
            s1.intoArray(sums, i + LANES);
            s2.intoArray(sums, i + 2 * LANES);
            s3.intoArray(sums, i + 3 * LANES);
        }
    }

    @Override
    public boolean areFinite(float[] vector, int from, int to) {
        int vectors = from + (to - from) / (4 * LANES) * (4 * LANES);
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero;
        for (int i = from; i < vectors; i += 4 * LANES) {
            s0 = FloatVector.fromArray(SPECIES, vector, i).fma(zero, s0); // 0, but NaN if a number is not finite
            s1 = FloatVector.fromArray(SPECIES, vector, i + LANES).fma(zero, s1);
            s2 = FloatVector.fromArray(SPECIES, vector, i + 2 * LANES).fma(zero, s2);
            s3 = FloatVector.fromArray(SPECIES, vector, i + 3 * LANES).fma(zero, s3);
        }
        float sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (int i = vectors; i < to; i++) {
            sum += 0 * vector[i];
        }
        return sum == 0;
    }
}
