package io.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.Fuzz;
import io.lockstep.data.RowDecoder;
import io.lockstep.nn.Network;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFuzzTest {

    @TempDir
    private Path directory;

    @Test
    void weights() throws Exception {
        fuzzModelFile("weights.safetensors", 1000);
    }

    @Test
    void descriptions() throws Exception {
        fuzzModelFile("model.json", 1000);
    }

    @Test
    void checkpoints() throws Exception {
        Checkpoint original = CheckpointTest.checkpoint(5, true);
        // Whatever is accepted in spite of a mutation, such as other white space, is still the same checkpoint.
        Fuzz.fuzz(
                original.encode(),
                1500,
                content -> assertThat(Checkpoint.decode(content, "file"))
                        .usingRecursiveComparison()
                        .isEqualTo(original));
    }

    @Test
    void headersOfCheckpointsWithTheDigestMadeAnew() throws Exception {
        Checkpoint arrays = CheckpointTest.checkpoint(5, true);
        byte[] header = CheckpointTest.header(arrays).getBytes(StandardCharsets.UTF_8);
        Fuzz.fuzz(header, 2000, content -> {
            byte[] file = CheckpointTest.sealed(new String(content, StandardCharsets.UTF_8), arrays);
            Checkpoint accepted = Checkpoint.decode(file, "file");
            assertThat(Checkpoint.decode(accepted.encode(), "file"))
                    .usingRecursiveComparison()
                    .isEqualTo(accepted);
        });
    }

    @Test
    void records() throws Exception {
        String record = Json.write(Map.of("runId", "x", "result", Map.of("loss", 0.5, "list", List.of(1, 2, "three"))));
        Fuzz.fuzz(record.getBytes(StandardCharsets.UTF_8), 500, content -> Json.read(content, "run.json"));
    }

    private void fuzzModelFile(String name, int mutations) throws Exception {
        Network network = Network.of(List.of(6, 5, 3));
        Directory model = Directory.at(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
        new SoftmaxModel(
                        network,
                        network.initialParameters(1),
                        new RowDecoder(0.5f, List.of(1, 2, 3)),
                        new Provenance("run", "0.1.0", "2026-01-01T00:00:00Z", "data"))
                .write(model);
        Path file = directory.resolve(name);
        Fuzz.fuzz(Files.readAllBytes(file), mutations, content -> {
            Files.write(file, content);
            SoftmaxModel.read(model);
        });
    }
}
