package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.orc.OrcFile;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.paths.SparkPath;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.execution.datasources.orc.OrcFileFormat;
import org.apache.spark.sql.execution.datasources.orc.OrcUtils;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.collection.Iterator;
import scala.collection.immutable.Map.Map1;

/**
 * Parquet and ORC, through Spark's own readers of a file. A scan of Spark would begin with the largest file, whereas
 * rows are to be in order, and it would wrap failures.
 */
final class ColumnarSource implements Source {
    private static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

    private final SparkSession session;
    private final TableFormat format;
    private final List<TableFile> files;
    private final StructType schema;

    private ColumnarSource(SparkSession session, TableFormat format, List<TableFile> files, StructType schema) {
        this.session = session;
        this.format = format;
        this.files = files;
        this.schema = schema;
    }

    static ColumnarSource open(JavaSparkContext spark, List<TableFile> files, TableFormat format) {
        List<StructType> schemas = EachFile.ask(
                spark,
                files,
                (part, hadoop) -> format == TableFormat.PARQUET
                        ? parquetSchema(part.file(), hadoop)
                        : orcSchema(part.file(), hadoop));
        for (int i = 0; i < files.size(); i++) {
            ColumnNames.requireDistinct(files.get(i), List.of(schemas.get(i).fieldNames()));
            requireSame(files.get(0), schemas.get(0), files.get(i), schemas.get(i));
        }
        SparkSession session =
                SparkSession.builder().sparkContext(spark.sc()).getOrCreate().newSession();
        session.conf().set(CASE_SENSITIVE, "true");
        return new ColumnarSource(session, format, files, schemas.get(0));
    }

    @Override
    public List<TableFile> files() {
        return files;
    }

    @Override
    public List<Column> columns() {
        return Arrays.stream(schema.fields())
                .map(field -> new Column(SqlType.column(field), field.dataType()))
                .toList();
    }

    @Override
    public Reader reader(List<String> columns) {
        List<StructField> fields = columns.stream().map(schema::apply).toList();
        FileFormat files = format == TableFormat.PARQUET ? new ParquetFileFormat() : new OrcFileFormat();
        Function1<PartitionedFile, Iterator<InternalRow>> read = files.buildReaderWithPartitionValues(
                session,
                stored(List.of(schema.fields())),
                new StructType(),
                stored(fields),
                scala.jdk.javaapi.CollectionConverters.asScala(List.<org.apache.spark.sql.sources.Filter>of())
                        .toSeq(),
                new Map1<>(FileFormat.OPTION_RETURNING_BATCH(), "false"),
                session.sessionState().newHadoopConf());
        return part -> new SqlRows(read.apply(file(part)), new SqlRow(part, fields));
    }

    private static StructType stored(List<StructField> fields) {
        StructType stored = new StructType();
        for (StructField field : fields) {
            stored = stored.add(field.name(), SqlType.stored(field.dataType()), true);
        }
        return stored;
    }

    private static PartitionedFile file(FilePart part) {
        return new PartitionedFile(
                InternalRow.empty(),
                SparkPath.fromPath(part.file().toPath()),
                part.start(),
                part.length(),
                new String[0],
                0,
                part.file().bytes(),
                scala.collection.immutable.Map$.MODULE$.empty());
    }

    private static StructType parquetSchema(TableFile file, Configuration hadoop) throws IOException {
        SQLConf conf = new SQLConf();
        conf.setConfString(CASE_SENSITIVE, "true");
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(file.toPath(), hadoop))) {
            // Not Spark's own note of the schema in the footer: it may name classes that are not there.
            return new ParquetToSparkSchemaConverter(conf)
                    .convert(reader.getFooter().getFileMetaData().getSchema());
        }
    }

    private static StructType orcSchema(TableFile file, Configuration hadoop) throws IOException {
        try (org.apache.orc.Reader reader = OrcFile.createReader(file.toPath(), OrcFile.readerOptions(hadoop))) {
            return OrcUtils.toCatalystSchema(reader.getSchema());
        }
    }

    private static void requireSame(TableFile first, StructType expected, TableFile file, StructType found) {
        ColumnNames.requireSame(first, List.of(expected.fieldNames()), file, List.of(found.fieldNames()));
        Map<String, String> types = new HashMap<>();
        Arrays.stream(expected.fields())
                .forEach(field -> types.put(field.name(), field.dataType().catalogString()));
        for (StructField field : found.fields()) {
            String type = field.dataType().catalogString();
            if (!type.equals(types.get(field.name()))) {
                throw LockstepException.data(file.path() + ": column '" + field.name() + "': expected type "
                        + types.get(field.name()) + " like in " + first.path() + ", found " + type);
            }
        }
    }

    /** Rows of Spark. */
    private record SqlRows(Iterator<InternalRow> rows, SqlRow row) implements Rows {
        @Override
        public boolean next() {
            if (!rows.hasNext()) {
                return false;
            }
            row.set(rows.next());
            return true;
        }

        @Override
        public void close() throws IOException {
            if (rows instanceof Closeable closeable) {
                closeable.close();
            }
        }
    }
}
