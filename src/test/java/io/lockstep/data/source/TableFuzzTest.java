package io.lockstep.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.Fuzz;
import io.lockstep.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were damaged are read, or refused by name; nothing else happens. */
class TableFuzzTest {
    @RegisterExtension
    static final Tables tables = new Tables();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "libsvm", "parquet", "orc", "csv.gz"})
    void aFewMutations(String ending) throws Exception {
        fuzz(ending, 100);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "libsvm", "parquet", "orc"})
    void aThousandMutations(String ending) throws Exception {
        fuzz(ending, 1000);
    }

    private void fuzz(String ending, int mutations) throws Exception {
        Path file = directory.resolve("damaged." + ending);
        Fuzz.fuzz(content(ending), mutations, content -> {
            Files.write(file, content);
            try {
                Tables.rowsHere(tables.open(file));
            } catch (LockstepException refused) {
                assertThat(refused.getMessage()).contains(file.getFileName().toString());
                assertThat(refused.getMessage().lines()).hasSize(1);
                SerializationUtils.serialize(refused); // or a task could not tell the driver
                throw refused;
            }
        });
    }

    private byte[] content(String ending) throws IOException {
        if (ending.equals("libsvm")) {
            return "+1 1:0.5 3:-2e3 7:1\n-1 2:1 # nothing else\n\n+1 1:0.25 2:4 3:7 4:8 5:9\n2 7:0.125\n".getBytes();
        }
        String format = ending.replace(".gz", "");
        String sql = "SELECT id AS n, CAST(id AS FLOAT) / 4 AS x, 'text, \"ü' || id AS t,"
                + " CAST(id / 3 AS DECIMAL(9, 4)) AS d, id % 3 = 0 AS b, "
                + (format.equals("csv") ? "'' AS e" : "ARRAY(id, NULL, 0.5D) AS a")
                + " FROM range(0, 60, 1, 1)";
        String codec = ending.equals("csv.gz") ? "gzip" : format.equals("orc") ? "zlib" : "none";
        return Files.readAllBytes(
                tables.saveFile(sql, format, directory.resolve("good." + ending), Map.of("compression", codec)));
    }
}
