package io.lockstep.model;

import io.lockstep.Fuzz;
import io.lockstep.data.RowDecoder;
import io.lockstep.nn.Network;
import io.lockstep.storage.Directory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
