package io.lockstep.data.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;

/** The files of a table in one format, checked to fit together. */
interface Source {
    /** Without those that have no row and do not even name columns. */
    List<TableFile> files();

    /** The columns that are within the files. */
    List<Column> columns();

    /** Reads some of the columns, in the order in which they are given. */
    Reader reader(List<String> columns);

    /**
     * A column.
     *
     * @param sqlType of its values in a row of Spark SQL
     */
    record Column(TableColumn column, DataType sqlType) implements Serializable {
        String name() {
            return column.name();
        }
    }

    /** Opens parts of files, in a task. */
    @FunctionalInterface
    interface Reader extends Serializable {
        Rows open(FilePart part) throws IOException;
    }
}
