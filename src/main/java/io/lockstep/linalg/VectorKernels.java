package io.lockstep.linalg;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * By the Vector API. A tile of the product is computed at a time: one or two vectors of rows by several columns, whose
 * sums stay in registers while their terms are added. A lane does what plain Java would, and lanes are never added to
 * each other, so neither their number nor the version of Java makes a difference. Where rows do not fill the last
 * vector, it begins earlier and computes some of them again; a product of fewer rows than a vector computes more, and
 * overwrites or drops them.
 *
 * <p>One species of vectors only: in a JVM that stores vectors of two, Java 17 calls a method for each store. The tiles
 * are written out, because sums are in registers only if they are local variables.
 *
 * <p>Tiles store their sums as {@code zero.add(sum)}, which makes −0 to +0. The compiler knows the class of the
 * constant, but not of a sum: {@code sum.add(zero)}, or a method for this, makes so much code of a tile that the
 * compiler stops inlining and keeps sums in memory.
 *
 * <p>The compiler warns of whatever needs an incubator module, so the build compiles this class by itself; it is found
 * by name.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Columns of the right matrix that are packed together, row by row. */
    private static final int PANEL = 8;

    /** Numbers in the vectors that hold a row of a panel. */
    private static final int PANEL_VECTORS = Math.max(PANEL, LANES);

    /**
     * Two vectors by eight columns are 16 sums: with AVX-512 there are registers for them, with AVX2 for half of them.
     */
    private static final int TILE_COLUMNS = LANES >= 16 ? 8 : 4;

    /** With this many columns or more, copying a block of rows side by side saves more time than it takes. */
    private static final int COLUMNS_WORTH_PACKING_ROWS = 128;

    /** As many as a second-level cache of a megabyte holds. */
    private static final int NUMBERS_IN_CACHE = 1 << 18;

    /** As many sums of a sparse product as AVX2 has registers for. */
    private static final int SPARSE_VECTORS = 8;

    /** As many as AVX-512 has. */
    private static final int MANY_SPARSE_VECTORS = 16;

    private final Scratch panels = new Scratch();
    private final Scratch rowPairs = new Scratch();
    private final Scratch widened = new Scratch();
    private final float[] tile = new float[PANEL * LANES];

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
        float[] packed = pack(right);
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
        float[] packed = panels.atLeast(Math.addExact(Math.multiplyExact(depth, PANEL), PANEL_VECTORS));
        for (int column = 0; column < target.columns(); column += PANEL) {
            pack(right, column, packed, 0);
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

    /** Panels of eight columns, row by row; those that the last panel lacks are 0. */
    private float[] pack(Matrix right) {
        int depth = right.rows();
        int columns = right.columns();
        int numbers = Math.multiplyExact(depth, (columns + PANEL - 1) / PANEL * PANEL);
        float[] packed = panels.atLeast(Math.addExact(numbers, PANEL_VECTORS));
        for (int column = 0; column < columns; column += PANEL) {
            pack(right, column, packed, column * depth);
        }
        return packed;
    }

    private static void pack(Matrix right, int column, float[] packed, int to) {
        int width = Math.min(PANEL, right.columns() - column);
        if (width < PANEL) {
            Arrays.fill(packed, to, to + right.rows() * PANEL, 0f);
        }
        if (right.isTransposed()) {
            packRows(right, column, width, packed, to);
        } else {
            packColumns(right, column, width, packed, to);
        }
    }

    /** By vectors, where they end before the array does; numbers behind those of the panel are overwritten later. */
    private static void packRows(Matrix right, int column, int width, float[] packed, int to) {
        int depth = right.rows();
        int stride = right.rowStride();
        float[] data = right.data();
        int from = right.offset() + column;
        int byVectors = width < PANEL ? 0 : readable(PANEL_VECTORS, data, from, stride, depth);
        for (int k = 0; k < byVectors; k++) {
            for (int i = 0; i < PANEL; i += LANES) {
                FloatVector.fromArray(SPECIES, data, from + k * stride + i).intoArray(packed, to + k * PANEL + i);
            }
        }
        for (int k = byVectors; k < depth; k++) {
            System.arraycopy(data, from + k * stride, packed, to + k * PANEL, width);
        }
    }

    private static void packColumns(Matrix right, int column, int width, float[] packed, int to) {
        int depth = right.rows();
        float[] data = right.data();
        for (int i = 0; i < width; i++) {
            int from = right.offset() + (column + i) * depth;
            for (int k = 0; k < depth; k++) {
                packed[to + i + k * PANEL] = data[from + k];
            }
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
        float[] a = widen(left, 0);
        float[] packed = right.isTransposed() ? pack(right) : null;
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

    /** The columns from one on, of fewer rows than lanes, a vector each. */
    private float[] widen(Matrix left, int first) {
        int rows = left.rows();
        int columns = left.columns();
        float[] data = left.data();
        float[] wide = widened.atLeast(Math.multiplyExact(columns - first, LANES));
        int byVectors = Math.max(first, readable(LANES, data, left.offset(), rows, columns));
        for (int column = first; column < byVectors; column++) {
            FloatVector.fromArray(SPECIES, data, left.offset() + column * rows)
                    .intoArray(wide, (column - first) * LANES);
        }
        for (int column = byVectors; column < columns; column++) {
            System.arraycopy(data, left.offset() + column * rows, wide, (column - first) * LANES, rows);
        }
        return wide;
    }

    /** At how many of {@code count} places, {@code stride} apart, {@code numbers} can be read before the array ends. */
    private static int readable(int numbers, float[] data, int from, int stride, int count) {
        int last = data.length - numbers - from;
        return last < 0 ? 0 : Math.min(count, last / stride + 1);
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

    private static void store(FloatVector first, FloatVector second, float[] c, int at, int distance) {
        store(first, c, at);
        store(second, c, at + distance);
    }

    /** −0 becomes +0. */
    private static void store(FloatVector sums, float[] c, int at) {
        sums.add(0f).intoArray(c, at);
    }

    @Override
    public void sparse(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        if (rows < LANES) {
            sparseFewRows(target, left, right);
            return;
        }
        int row = 0;
        if (LANES >= 16) {
            for (; row + MANY_SPARSE_VECTORS * LANES <= rows; row += MANY_SPARSE_VECTORS * LANES) {
                largeSparseBlock(target, left, right, row);
            }
        }
        for (; row + SPARSE_VECTORS * LANES <= rows; row += SPARSE_VECTORS * LANES) {
            sparseBlock(target, left, right, row);
        }
        for (; row + 2 * LANES <= rows; row += 2 * LANES) {
            sparseVectors(target, left, right, row, LANES);
        }
        int rest = rows - row;
        if (rest > 0) {
            int from = rest > LANES ? Math.max(0, rows - 2 * LANES) : rows - LANES;
            sparseVectors(target, left, right, from, rows - LANES - from);
        }
    }

    /**
     * Eight vectors of rows. All their columns come before the next eight vectors, so that a cache has to hold fewer
     * rows.
     */
    private static void sparseBlock(Matrix target, Matrix left, SparseMatrix right, int row) {
        int stride = left.columnStride();
        int from = left.offset() + row;
        float[] a = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector zero = FloatVector.zero(SPECIES);
            FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = from + indices[i] * stride;
                FloatVector x = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = FloatVector.fromArray(SPECIES, a, at).fma(x, s0);
                s1 = FloatVector.fromArray(SPECIES, a, at + LANES).fma(x, s1);
                s2 = FloatVector.fromArray(SPECIES, a, at + 2 * LANES).fma(x, s2);
                s3 = FloatVector.fromArray(SPECIES, a, at + 3 * LANES).fma(x, s3);
                s4 = FloatVector.fromArray(SPECIES, a, at + 4 * LANES).fma(x, s4);
                s5 = FloatVector.fromArray(SPECIES, a, at + 5 * LANES).fma(x, s5);
                s6 = FloatVector.fromArray(SPECIES, a, at + 6 * LANES).fma(x, s6);
                s7 = FloatVector.fromArray(SPECIES, a, at + 7 * LANES).fma(x, s7);
            }
            int to = target.offset() + column * target.columnStride() + row;
            float[] c = target.data();
            store(s0, c, to);
            store(s1, c, to + LANES);
            store(s2, c, to + 2 * LANES);
            store(s3, c, to + 3 * LANES);
            store(s4, c, to + 4 * LANES);
            store(s5, c, to + 5 * LANES);
            store(s6, c, to + 6 * LANES);
            store(s7, c, to + 7 * LANES);
        }
    }

    /** Sixteen vectors of rows, so that the numbers of {@code right} are read half as often. */
    private static void largeSparseBlock(Matrix target, Matrix left, SparseMatrix right, int row) {
        int stride = left.columnStride();
        int from = left.offset() + row;
        float[] a = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector zero = FloatVector.zero(SPECIES);
            FloatVector s0 = zero,
                    s1 = zero,
                    s2 = zero,
                    s3 = zero,
                    s4 = zero,
                    s5 = zero,
                    s6 = zero,
                    s7 = zero,
                    s8 = zero,
                    s9 = zero,
                    s10 = zero,
                    s11 = zero,
                    s12 = zero,
                    s13 = zero,
                    s14 = zero,
                    s15 = zero;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = from + indices[i] * stride;
                FloatVector x = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = FloatVector.fromArray(SPECIES, a, at).fma(x, s0);
                s1 = FloatVector.fromArray(SPECIES, a, at + LANES).fma(x, s1);
                s2 = FloatVector.fromArray(SPECIES, a, at + 2 * LANES).fma(x, s2);
                s3 = FloatVector.fromArray(SPECIES, a, at + 3 * LANES).fma(x, s3);
                s4 = FloatVector.fromArray(SPECIES, a, at + 4 * LANES).fma(x, s4);
                s5 = FloatVector.fromArray(SPECIES, a, at + 5 * LANES).fma(x, s5);
                s6 = FloatVector.fromArray(SPECIES, a, at + 6 * LANES).fma(x, s6);
                s7 = FloatVector.fromArray(SPECIES, a, at + 7 * LANES).fma(x, s7);
                s8 = FloatVector.fromArray(SPECIES, a, at + 8 * LANES).fma(x, s8);
                s9 = FloatVector.fromArray(SPECIES, a, at + 9 * LANES).fma(x, s9);
                s10 = FloatVector.fromArray(SPECIES, a, at + 10 * LANES).fma(x, s10);
                s11 = FloatVector.fromArray(SPECIES, a, at + 11 * LANES).fma(x, s11);
                s12 = FloatVector.fromArray(SPECIES, a, at + 12 * LANES).fma(x, s12);
                s13 = FloatVector.fromArray(SPECIES, a, at + 13 * LANES).fma(x, s13);
                s14 = FloatVector.fromArray(SPECIES, a, at + 14 * LANES).fma(x, s14);
                s15 = FloatVector.fromArray(SPECIES, a, at + 15 * LANES).fma(x, s15);
            }
            int to = target.offset() + column * target.columnStride() + row;
            float[] c = target.data();
            zero.add(s0).intoArray(c, to);
            zero.add(s1).intoArray(c, to + LANES);
            zero.add(s2).intoArray(c, to + 2 * LANES);
            zero.add(s3).intoArray(c, to + 3 * LANES);
            zero.add(s4).intoArray(c, to + 4 * LANES);
            zero.add(s5).intoArray(c, to + 5 * LANES);
            zero.add(s6).intoArray(c, to + 6 * LANES);
            zero.add(s7).intoArray(c, to + 7 * LANES);
            zero.add(s8).intoArray(c, to + 8 * LANES);
            zero.add(s9).intoArray(c, to + 9 * LANES);
            zero.add(s10).intoArray(c, to + 10 * LANES);
            zero.add(s11).intoArray(c, to + 11 * LANES);
            zero.add(s12).intoArray(c, to + 12 * LANES);
            zero.add(s13).intoArray(c, to + 13 * LANES);
            zero.add(s14).intoArray(c, to + 14 * LANES);
            zero.add(s15).intoArray(c, to + 15 * LANES);
        }
    }

    /** Two vectors of rows, from {@code row} and from {@code row + second}. */
    private static void sparseVectors(Matrix target, Matrix left, SparseMatrix right, int row, int second) {
        int stride = left.columnStride();
        int from = left.offset() + row;
        float[] a = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = from + indices[i] * stride;
                FloatVector x = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = FloatVector.fromArray(SPECIES, a, at).fma(x, s0);
                s1 = FloatVector.fromArray(SPECIES, a, at + second).fma(x, s1);
            }
            store(s0, s1, target.data(), target.offset() + column * target.columnStride() + row, second);
        }
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

    private void sparseFewRows(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        int direct = readable(LANES, left.data(), left.offset(), rows, left.columns());
        float[] rest = widen(left, direct);
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int k = indices[i];
                FloatVector a = k < direct
                        ? FloatVector.fromArray(SPECIES, left.data(), left.offset() + k * rows)
                        : FloatVector.fromArray(SPECIES, rest, (k - direct) * LANES);
                sum = a.fma(FloatVector.broadcast(SPECIES, factors[i]), sum);
            }
            store(sum, tile, 0);
            System.arraycopy(tile, 0, target.data(), target.offset() + column * rows, rows);
        }
    }
}
