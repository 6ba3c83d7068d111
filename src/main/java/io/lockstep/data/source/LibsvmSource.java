package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

/**
 * LibSVM files: {@code label index:value index:value …} a line, with indices from 1 that ascend; what is not there is
 * 0. A {@code #} begins a comment; empty lines are passed over. The columns are {@code label} and {@code features}.
 *
 * @param width how many features a row has
 */
record LibsvmSource(List<TableFile> files, int width, Broadcast<SerializableConfiguration> hadoop) implements Source {
    static final String LABEL = "label";
    static final String FEATURES = "features";

    /** @param width if it is known; otherwise it is the highest index, for which the files are read once */
    static LibsvmSource open(JavaSparkContext spark, List<TableFile> files, OptionalInt width) {
        ColumnNames.requireDistinct(files.get(0), List.of(LABEL, FEATURES));
        int features = width.orElseGet(() -> EachFile.askLines(spark, files, LibsvmSource::highestIndex).stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0));
        if (features == 0) {
            throw LockstepException.data(
                    files.get(0).path() + ": expected rows with features, index:value, found none");
        }
        return new LibsvmSource(files, features, EachFile.configuration(spark));
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column(new TableColumn(LABEL, TableColumn.Type.WRITTEN), DataTypes.StringType),
                new Column(new TableColumn(FEATURES, TableColumn.Type.ARRAY), DataTypes.StringType));
    }

    @Override
    public Reader reader(List<String> columns) {
        int features = width;
        boolean[] isLabel = new boolean[columns.size()];
        for (int i = 0; i < isLabel.length; i++) {
            isLabel[i] = columns.get(i).equals(LABEL);
        }
        Broadcast<SerializableConfiguration> configuration = hadoop;
        return part -> new LibsvmRows(Lines.open(part, configuration.value().value()), features, isLabel);
    }

    private static int highestIndex(FilePart part, Configuration hadoop) throws IOException {
        int highest = 0;
        try (LibsvmRows rows = new LibsvmRows(Lines.open(part, hadoop), LibsvmRows.MAX_INDEX, new boolean[0])) {
            while (rows.next()) {
                highest = Math.max(highest, rows.highestIndex());
            }
        }
        return highest;
    }
}
