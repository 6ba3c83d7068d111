package io.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.storage.Directory;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an evaluation that are as large as runs make them. */
class EvaluationFilesReadTest {
    @TempDir
    private java.nio.file.Path path;

    private Directory directory;

    @BeforeEach
    void open() {
        directory = Directory.at(new org.apache.hadoop.fs.Path(path.toUri()), new Configuration());
    }

    @Test
    void aMatrixOfManyClassesIsRead() throws IOException {
        String row = "[" + String.join(", ", Collections.nCopies(700, "10")) + "]";
        directory.write(
                "evaluation.json",
                "{\"confusionMatrix\": [" + String.join(",\n", Collections.nCopies(700, row)) + "]}");
        assertThat(EvaluationRecord.read(directory).orElseThrow().confusion()).hasDimensions(700, 700);
    }

    @Test
    void imagesOfManyPixelsAreRead() throws IOException {
        String mistake = "{\"truth\": 1, \"prediction\": 2, \"confidence\": 0.5, \"pixels\": \""
                + Base64.getEncoder().encodeToString(new byte[256 * 256]) + "\"}";
        directory.write(
                "mistakes.json",
                "{\"side\": 256, \"mistakes\": [" + String.join(",", Collections.nCopies(24, mistake)) + "]}");
        assertThat(MistakeImages.read(directory).orElseThrow().mistakes()).hasSize(24);
    }
}
