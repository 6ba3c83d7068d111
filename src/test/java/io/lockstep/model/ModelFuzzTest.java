package io.lockstep.model;

import io.lockstep.Fuzz;
import io.lockstep.storage.Directory;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Directory model = Directory.at(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
        Models.table().write(model);
        Path file = directory.resolve(name);
        Fuzz.fuzz(Files.readAllBytes(file), mutations, content -> {
            Files.write(file, content);
            TrainedModel.read(model);
        });
    }
}
