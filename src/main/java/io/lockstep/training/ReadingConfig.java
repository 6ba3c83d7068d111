package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.data.IdxSource;
import io.lockstep.data.source.CsvOptions;
import io.lockstep.data.source.TableFormat;
import io.lockstep.training.Option.Effect;

/** How data files are read. */
public record ReadingConfig(
        @Option(
                name = "format",
                label = "NAME",
                defaultValue = "auto",
                effect = Effect.PLACEMENT,
                description = "Of the data files: ${CANDIDATES}; auto goes by their names.")
        Format format,

        @Option(
                name = "csv-header",
                label = "BOOL",
                defaultValue = "true",
                effect = Effect.PLACEMENT,
                description = "Whether the first line of each CSV file names the columns; else they are c1, c2, …")
        Switch csvHeader,

        @Option(
                name = "csv-delimiter",
                label = "CHAR",
                defaultValue = ",",
                effect = Effect.PLACEMENT,
                description = "Between the fields of a CSV file; \\t for a tabulator.")
        String csvDelimiter) {
    /** The formats of data files. */
    public enum Format {
        AUTO,
        IDX,
        CSV,
        PARQUET,
        ORC,
        JSON,
        LIBSVM
    }

    /** On or off. */
    public enum Switch {
        TRUE,
        FALSE
    }

    /** Whether files are of bytes, and not a table. */
    public boolean isIdx(String uri) {
        return format == Format.IDX || format == Format.AUTO && IdxSource.isNamedSo(uri);
    }

    /** The format of a table. */
    public TableFormat table() {
        return format == Format.AUTO ? TableFormat.AUTO : TableFormat.valueOf(format.name());
    }

    /** @throws LockstepException of kind {@code CONFIGURATION} if there is no such delimiter */
    public CsvOptions csv() {
        return CsvOptions.of(csvHeader == Switch.TRUE, csvDelimiter);
    }

    void check(Problems problems) {
        try {
            csv();
        } catch (LockstepException invalid) {
            problems.add("csv-delimiter", invalid.getMessage().replaceFirst("^--csv-delimiter: ", ""));
        }
    }
}
