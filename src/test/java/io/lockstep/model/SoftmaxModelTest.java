package io.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.data.RowDecoder;
import io.lockstep.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoftmaxModelTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private Path directory;

    @Test
    void readsBackWhatItWrote() throws IOException {
        SoftmaxModel model = model();
        model.write(hadoopPath(), HADOOP);
        assertThat(SoftmaxModel.read(hadoopPath(), HADOOP))
                .usingRecursiveComparison()
                .isEqualTo(model);
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("model.json", "weights.safetensors");
    }

    @Test
    void theFirstTensorHoldsTheFlatArrayInOrder() {
        // [in, out] by rows is the flat array's (out × in) by columns.
        SoftmaxModel model = model();
        Tensor weight = Safetensors.decode(
                        Safetensors.encode(List.of(new Tensor(
                                "layers.0.weight", List.of(4, 3), java.util.Arrays.copyOf(model.parameters(), 12)))),
                        "weights")
                .get(0);
        assertThat(weight.values()).isEqualTo(java.util.Arrays.copyOf(model.parameters(), 12));
    }

    @Test
    void theDigestIsThatOfLittleEndianFloats() {
        // printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum
        assertThat(WeightsDigest.sha256(new float[] {1f, -2f}))
                .isEqualTo("ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"formatVersion\" : 1 | \"formatVersion\" : 2",
                "[ 4, 3, 2 ] | [ 4, 5, 2 ]",
                "[ 4, 3, 2 ] | [ 4, -3, 2 ]",
                "[ 4, 3, 2 ] | [ 4 ]",
                "[ 4, 3, 2 ] | \"none\"",
                "[ 0, 1 ] | [ 0, 1, 2 ]",
                "[ 0, 1 ] | [ 0, 1.5 ]",
                "{ | [",
            })
    void refusesADescriptionThatDoesNotFit(String found, String replacement) throws IOException {
        model().write(hadoopPath(), HADOOP);
        Path description = directory.resolve("model.json");
        String text = Files.readString(description);
        assertThat(text).contains(found);
        Files.writeString(description, text.replace(found, replacement));
        assertThatThrownBy(() -> SoftmaxModel.read(hadoopPath(), HADOOP)).isInstanceOf(LockstepException.class);
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> SoftmaxModel.read(hadoopPath(), HADOOP))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("model.json: no such file");
    }

    private org.apache.hadoop.fs.Path hadoopPath() {
        return new org.apache.hadoop.fs.Path(directory.toUri());
    }

    private static SoftmaxModel model() {
        Network network = Network.of(List.of(4, 3, 2));
        return new SoftmaxModel(
                network,
                network.initialParameters(1),
                new RowDecoder(0.25f, List.of(0, 1)),
                new Provenance("run", "0.1.0", "2026-01-01T00:00:00Z", "fingerprint"));
    }
}
