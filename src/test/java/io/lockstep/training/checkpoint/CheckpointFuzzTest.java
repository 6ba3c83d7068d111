package io.lockstep.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.Fuzz;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CheckpointFuzzTest {
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
}
