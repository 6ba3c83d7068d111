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
 * vector, it begins earlier and computes some of them again; a product of fewer rows than a vector computes more and
 * drops them.
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

    /** As many sums of a sparse product as AVX2 has registers for. */
    private static final int SPARSE_VECTORS = 8;

    /** As many as AVX-512 has. */
    private static final int MANY_SPARSE_VECTORS = 16;

    private final Scratch panels = new Scratch();
    private final Scratch rowPairs = new Scratch();
    private final Scratch padded = new Scratch();
    private final float[] tile = new float[PANEL * LANES];

    @Override
    public void dense(Matrix target, Matrix left, Matrix right) {
        int rows = target.rows();
        if (rows < LANES) {
            fewRows(target, left, right);
            return;
        }
        float[] packed = pack(right);
        int row = 0;
        for (; row + 2 * LANES <= rows; row += 2 * LANES) {
            rowBlock(target, left, packed, row, LANES);
        }
        int rest = rows - row;
        if (rest > LANES) {
            int from = Math.max(0, rows - 2 * LANES);
            rowBlock(target, left, packed, from, rows - LANES - from);
        } else if (rest > 0) {
            vectorOfRows(target, left, packed, rows - LANES);
        }
    }

    /** Panels of eight columns, row by row; those that the last panel lacks are 0. */
    private float[] pack(Matrix right) {
        int depth = right.rows();
        int columns = right.columns();
        int numbers = Math.multiplyExact(depth, (columns + PANEL - 1) / PANEL * PANEL);
        float[] packed = panels.atLeast(Math.addExact(numbers, PANEL_VECTORS));
        for (int column = 0; column < columns; column += PANEL) {
            int width = Math.min(PANEL, columns - column);
            if (width < PANEL) {
                Arrays.fill(packed, column * depth, column * depth + depth * PANEL, 0f);
            }
            if (right.isTransposed()) {
                packRows(right, column, width, packed);
            } else {
                packColumns(right, column, width, packed);
            }
        }
        return packed;
    }

    /** By vectors, where they end before the array does; numbers behind those of the panel are overwritten later. */
    private static void packRows(Matrix right, int column, int width, float[] packed) {
        int depth = right.rows();
        int stride = right.rowStride();
        float[] data = right.data();
        int from = right.offset() + column;
        int to = column * depth;
        int byVectors = width < PANEL
                ? 0
                : Math.min(depth, Math.max(0, (data.length - PANEL_VECTORS - from + stride) / stride));
        for (int k = 0; k < byVectors; k++) {
            for (int i = 0; i < PANEL; i += LANES) {
                FloatVector.fromArray(SPECIES, data, from + k * stride + i).intoArray(packed, to + k * PANEL + i);
            }
        }
        for (int k = byVectors; k < depth; k++) {
            System.arraycopy(data, from + k * stride, packed, to + k * PANEL, width);
        }
    }

    private static void packColumns(Matrix right, int column, int width, float[] packed) {
        int depth = right.rows();
        float[] data = right.data();
        for (int i = 0; i < width; i++) {
            int from = right.offset() + (column + i) * depth;
            int to = column * depth + i;
            for (int k = 0; k < depth; k++) {
                packed[to + k * PANEL] = data[from + k];
            }
        }
    }

    /** Two vectors of rows, from {@code row} and from {@code row + second}, by all columns. */
    private void rowBlock(Matrix target, Matrix left, float[] packed, int row, int second) {
        int depth = left.columns();
        boolean packRows = target.columns() >= COLUMNS_WORTH_PACKING_ROWS;
        float[] rows = packRows ? packRows(left, row, second) : left.data();
        int stride = packRows ? 2 * LANES : left.columnStride();
        int a = packRows ? 0 : left.offset() + row;
        int distance = packRows ? LANES : second;
        for (int column = 0; column < target.columns(); column += TILE_COLUMNS) {
            int b = column / PANEL * PANEL * depth + column % PANEL;
            int c = target.offset() + column * target.columnStride() + row;
            int width = target.columns() - column;
            if (TILE_COLUMNS == 8 && width > 4) {
                tile2x8(
                        rows,
                        a,
                        stride,
                        distance,
                        packed,
                        b,
                        depth,
                        target.data(),
                        c,
                        second,
                        target.columnStride(),
                        width);
            } else {
                tile2x4(
                        rows,
                        a,
                        stride,
                        distance,
                        packed,
                        b,
                        depth,
                        target.data(),
                        c,
                        second,
                        target.columnStride(),
                        width);
            }
        }
    }

    /** Two vectors of each column, one column after the other. */
    private float[] packRows(Matrix left, int row, int second) {
        int depth = left.columns();
        float[] packed = rowPairs.atLeast(2 * LANES * depth);
        int from = left.offset() + row;
        for (int k = 0; k < depth; k++) {
            FloatVector.fromArray(SPECIES, left.data(), from).intoArray(packed, k * 2 * LANES);
            FloatVector.fromArray(SPECIES, left.data(), from + second).intoArray(packed, k * 2 * LANES + LANES);
            from += left.columnStride();
        }
        return packed;
    }

    private static void vectorOfRows(Matrix target, Matrix left, float[] packed, int row) {
        int depth = left.columns();
        for (int column = 0; column < target.columns(); column += PANEL) {
            int c = target.offset() + column * target.columnStride() + row;
            tile1x8(
                    left.data(),
                    left.offset() + row,
                    left.columnStride(),
                    packed,
                    column * depth,
                    depth,
                    target.data(),
                    c,
                    target.columnStride(),
                    target.columns() - column);
        }
    }

    /** Fewer rows than lanes: the others are whatever follows in memory, and are dropped. */
    private void fewRows(Matrix target, Matrix left, Matrix right) {
        Wide wide = wide(left);
        int depth = left.columns();
        boolean direct = !right.isTransposed();
        float[] packed = direct ? right.data() : pack(right);
        for (int column = 0; column < target.columns(); column += PANEL) {
            int width = Math.min(PANEL, target.columns() - column);
            if (direct) {
                int b = right.offset() + column * depth;
                // A column that is not there is the last one again.
                tile1x8OfColumns(wide.data, wide.offset, wide.stride, packed, b, depth, width - 1, tile);
            } else {
                tile1x8(wide.data, wide.offset, wide.stride, packed, column * depth, depth, tile, 0, LANES, width);
            }
            for (int i = 0; i < width; i++) {
                takeRows(tile, i * LANES, target.rows(), target, column + i);
            }
        }
    }

    /** Of columns that are not packed. */
    private static void tile1x8OfColumns(
            float[] a, int aAt, int aStride, float[] b, int bAt, int depth, int last, float[] c) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
        int b1 = bAt + Math.min(1, last) * depth;
        int b2 = bAt + Math.min(2, last) * depth;
        int b3 = bAt + Math.min(3, last) * depth;
        int b4 = bAt + Math.min(4, last) * depth;
        int b5 = bAt + Math.min(5, last) * depth;
        int b6 = bAt + Math.min(6, last) * depth;
        int b7 = bAt + Math.min(7, last) * depth;
        int at = aAt;
        for (int k = 0; k < depth; k++) {
            FloatVector a0 = FloatVector.fromArray(SPECIES, a, at);
            s0 = a0.fma(FloatVector.broadcast(SPECIES, b[bAt + k]), s0);
            s1 = a0.fma(FloatVector.broadcast(SPECIES, b[b1 + k]), s1);
            s2 = a0.fma(FloatVector.broadcast(SPECIES, b[b2 + k]), s2);
            s3 = a0.fma(FloatVector.broadcast(SPECIES, b[b3 + k]), s3);
            s4 = a0.fma(FloatVector.broadcast(SPECIES, b[b4 + k]), s4);
            s5 = a0.fma(FloatVector.broadcast(SPECIES, b[b5 + k]), s5);
            s6 = a0.fma(FloatVector.broadcast(SPECIES, b[b6 + k]), s6);
            s7 = a0.fma(FloatVector.broadcast(SPECIES, b[b7 + k]), s7);
            at += aStride;
        }
        s0.intoArray(c, 0);
        s1.intoArray(c, LANES);
        s2.intoArray(c, 2 * LANES);
        s3.intoArray(c, 3 * LANES);
        s4.intoArray(c, 4 * LANES);
        s5.intoArray(c, 5 * LANES);
        s6.intoArray(c, 6 * LANES);
        s7.intoArray(c, 7 * LANES);
    }

    private static void takeRows(float[] tile, int from, int rows, Matrix target, int column) {
        int to = target.offset() + column * rows;
        for (int row = 0; row < rows; row++) {
            target.data()[to + row] = tile[from + row] + 0f;
        }
    }

    /** Columns from each of which a whole vector can be read. */
    private record Wide(float[] data, int offset, int stride) {}

    private Wide wide(Matrix left) {
        int rows = left.rows();
        int last = left.offset() + (left.columns() - 1) * rows;
        if (last + LANES <= left.data().length) {
            return new Wide(left.data(), left.offset(), rows);
        }
        float[] copy = padded.atLeast(Math.addExact(rows * left.columns(), LANES));
        System.arraycopy(left.data(), left.offset(), copy, 0, rows * left.columns());
        return new Wide(copy, 0, rows);
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

    private void sparseFewRows(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        Wide wide = wide(left);
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                sum = FloatVector.fromArray(SPECIES, wide.data, wide.offset + indices[i] * wide.stride)
                        .fma(FloatVector.broadcast(SPECIES, factors[i]), sum);
            }
            store(sum, tile, 0);
            System.arraycopy(tile, 0, target.data(), target.offset() + column * rows, rows);
        }
    }
}
