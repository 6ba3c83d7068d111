package io.lockstep.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;

/** Small tables as Parquet files in memory, to be stored as a whole. */
public final class ParquetBytes {
    private ParquetBytes() {}

    /**
     * A file, uncompressed.
     *
     * @param metadata of the file, by key
     * @param hadoop settings of Parquet; without them it would read Hadoop's again for each file
     */
    public static byte[] write(MessageType schema, Map<String, String> metadata, List<Group> rows, Configuration hadoop)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new Memory(bytes))
                .withConf(hadoop)
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withExtraMetaData(metadata)
                .build()) {
            for (Group row : rows) {
                writer.write(row);
            }
        }
        return bytes.toByteArray();
    }

    private record Memory(ByteArrayOutputStream bytes) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new PositionOutputStream() {
                @Override
                public long getPos() {
                    return bytes.size();
                }

                @Override
                public void write(int one) {
                    bytes.write(one);
                }

                @Override
                public void write(byte[] many, int from, int count) {
                    bytes.write(many, from, count);
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            bytes.reset();
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
