package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The formats of tables by name, and how files are called that have them. */
public enum TableFormat {
    /** The names of the files tell. */
    AUTO,
    CSV("csv"),
    PARQUET("parquet", "parq"),
    ORC("orc"),
    /** A JSON object a line. */
    JSON("json", "jsonl", "ndjson"),
    /** A label and the values other than 0 a line: {@code label index:value index:value …}, indices from 1. */
    LIBSVM("libsvm", "svm", "svmlight");

    private static final Pattern COMPRESSED = Pattern.compile("\\.(gz|bz2|zst|snappy|lz4|deflate)$");

    private final List<String> endings;

    TableFormat(String... endings) {
        this.endings = List.of(endings);
    }

    /** Whether a file consists of lines of text. */
    boolean isText() {
        return this == CSV || this == JSON || this == LIBSVM;
    }

    /** The format that a file's name tells, such as CSV for {@code part-0.csv.gz}; empty for a name that tells none. */
    public static Optional<TableFormat> ofName(String name) {
        String plain = COMPRESSED.matcher(name.toLowerCase(Locale.ROOT)).replaceFirst("");
        String ending = plain.substring(plain.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(format -> format.endings.contains(ending))
                .findFirst();
    }

    /**
     * @throws LockstepException of kind {@code DATA} if this is AUTO and the files' names do not all tell the same
     *     format
     */
    TableFormat of(List<TableFile> files) {
        if (this != AUTO) {
            return this;
        }
        TableFile first = files.get(0);
        TableFormat format = told(first);
        for (TableFile file : files) {
            if (told(file) != format) {
                throw LockstepException.data(file.path() + ": expected a file of format " + format + " like "
                        + first.path() + ", found " + told(file) + "; name files of one format, or give --format");
            }
        }
        return format;
    }

    private static TableFormat told(TableFile file) {
        return ofName(file.name())
                .orElseThrow(() -> LockstepException.data(file.path() + ": expected a name that ends in "
                        + Arrays.stream(values())
                                .flatMap(format -> format.endings.stream())
                                .map(ending -> "." + ending)
                                .collect(Collectors.joining(", "))
                        + ", found one that does not tell the format; give --format"));
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
