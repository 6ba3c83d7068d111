package io.lockstep.data.source;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Consecutive bytes of a file: all rows that begin in them. In a file of lines these are the lines that begin after
 * {@code start}, unless that is 0, and up to {@code end}.
 */
record FilePart(TableFile file, long start, long length) implements Serializable {
    /** About how much one task reads. A file of lines is read by a single task up to this size. */
    static final long MAX_BYTES = 64L << 20;

    private static final long MIN_BYTES = 1L << 20;

    /** What opening a file costs, as bytes that could be read meanwhile. */
    private static final long OPENING_BYTES = 1L << 20;

    static FilePart whole(TableFile file) {
        return new FilePart(file, 0, file.bytes());
    }

    long end() {
        return start + length;
    }

    boolean isWhole() {
        return start == 0 && length == file.bytes();
    }

    /**
     * Cuts large files and gathers small ones, in order.
     *
     * @param canBeCut whether the middle of a file can be read without its beginning
     * @param tasks that run at once
     * @return for each task what it reads
     */
    static List<List<FilePart>> gather(List<TableFile> files, Predicate<TableFile> canBeCut, int tasks) {
        long total = files.stream().mapToLong(TableFile::bytes).sum();
        long target = Math.max(MIN_BYTES, Math.min(MAX_BYTES, total / tasks));
        List<List<FilePart>> all = new ArrayList<>();
        long bytes = 0;
        for (TableFile file : files) {
            long step = canBeCut.test(file) ? MAX_BYTES : Math.max(1, file.bytes());
            for (long start = 0; start < file.bytes(); start += step) {
                FilePart part = new FilePart(file, start, Math.min(step, file.bytes() - start));
                if (all.isEmpty() || bytes + part.length > target) {
                    all.add(new ArrayList<>());
                    bytes = 0;
                }
                all.get(all.size() - 1).add(part);
                bytes += part.length + OPENING_BYTES;
            }
        }
        return all;
    }
}
