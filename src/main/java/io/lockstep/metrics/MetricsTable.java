package io.lockstep.metrics;

import io.lockstep.LockstepException;
import io.lockstep.storage.Directory;
import io.lockstep.storage.ParquetBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * The metrics of a run as a directory of Parquet files, one an epoch, which any reader sees as one table, also while
 * the run goes on.
 */
public final class MetricsTable {
    /** Stands in each file's metadata under {@link #VERSION_KEY}; changes whenever a column changes its meaning. */
    static final String VERSION = "1";

    private static final Pattern EPOCH_FILE = Pattern.compile("epoch-(\\d{1,10})\\.parquet");

    static final String VERSION_KEY = "lockstep.metrics.version";

    private final Directory directory;

    public MetricsTable(Directory directory) {
        this.directory = directory;
    }

    /** Writes, or replaces, the file of one epoch: a row for each split. */
    public void write(String runId, EpochMetrics epoch, EpochTimes times) throws IOException {
        List<Group> rows =
                epoch.rows(runId, times).stream().map(MetricsColumn::group).toList();
        byte[] file = ParquetBytes.write(MetricsColumn.SCHEMA, Map.of(VERSION_KEY, VERSION), rows, directory.hadoop());
        directory.write(fileName(epoch.at().epoch()), file);
    }

    /** Removes the epochs that an interrupted run recorded after the one at which it resumes. */
    public void removeAfter(int epoch) throws IOException {
        for (String name : files()) {
            if (epoch(name) > epoch) {
                directory.delete(name);
            }
        }
    }

    /**
     * All rows so far, by epoch and then by split.
     *
     * @throws LockstepException of kind {@code DATA} if a file is damaged or of another version
     */
    public List<MetricsRow> read() throws IOException {
        List<MetricsRow> rows = new ArrayList<>();
        for (String name : files()) {
            rows.addAll(read(name));
        }
        rows.sort(Comparator.comparingInt((MetricsRow row) -> row.at().epoch()).thenComparing(MetricsRow::split));
        return rows;
    }

    private List<MetricsRow> read(String name) throws IOException {
        List<MetricsRow> rows = new ArrayList<>();
        try (ParquetReader<Group> reader =
                new CheckedReader(HadoopInputFile.fromPath(directory.file(name), directory.hadoop())).build()) {
            for (Group group = reader.read(); group != null; group = reader.read()) {
                rows.add(MetricsColumn.row(group));
            }
            return rows;
        } catch (RuntimeException unreadable) {
            throw LockstepException.data(
                    directory.file(name) + ": not a file of metrics: " + unreadable.getMessage(), unreadable);
        }
    }

    /** With the settings that the file was opened with; by others Parquet would read Hadoop's again for each file. */
    private static final class CheckedReader extends ParquetReader.Builder<Group> {
        CheckedReader(HadoopInputFile file) {
            super(file);
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new CheckedReadSupport();
        }
    }

    /** Refuses files of another version before any row of them is read. */
    private static final class CheckedReadSupport extends GroupReadSupport {
        @Override
        public ReadContext init(InitContext context) {
            Set<String> versions = context.getKeyValueMetadata().getOrDefault(VERSION_KEY, Set.of());
            if (!versions.equals(Set.of(VERSION))) {
                throw new IllegalArgumentException("expected metrics of version " + VERSION + ", found " + versions);
            }
            if (!context.getFileSchema().equals(MetricsColumn.SCHEMA)) {
                throw new IllegalArgumentException("expected the columns of version " + VERSION + ", found "
                        + context.getFileSchema().getColumns());
            }
            return super.init(context);
        }
    }

    private static String fileName(int epoch) {
        return String.format(Locale.ROOT, "epoch-%05d.parquet", epoch);
    }

    /** The files of epochs; all else in the directory is somebody else's. */
    private List<String> files() throws IOException {
        return directory.files().stream().filter(name -> epoch(name) > 0).toList();
    }

    /** The epoch that a file is named after; 0 if it is not named as one of ours. */
    private static int epoch(String name) {
        Matcher number = EPOCH_FILE.matcher(name);
        if (!number.matches()) {
            return 0;
        }
        long epoch = Long.parseLong(number.group(1));
        return epoch <= Integer.MAX_VALUE && name.equals(fileName((int) epoch)) ? (int) epoch : 0;
    }
}
