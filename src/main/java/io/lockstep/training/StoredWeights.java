package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
import java.util.List;

/** The weights that a complete run has left. */
public final class StoredWeights {
    private static final String FILE = "weights.safetensors";

    private StoredWeights() {}

    /**
     * Checks that they have the digest of {@code run.json}.
     *
     * @return what {@code run.json} says
     * @throws LockstepException of kind {@code DATA} if they have not, or if the run is not complete
     */
    public static RunRecord verify(RunDirectory directory) {
        RunRecord record = RunRecord.read(directory.directory());
        Directory model = directory.model();
        String where = model.file(FILE).toString();
        byte[] file = model.read(FILE, Integer.MAX_VALUE - 8);
        // The file has the tensors in the order of the flat array.
        List<float[]> values = Safetensors.decode(file, where).tensors().stream()
                .map(Tensor::values)
                .toList();
        String found = WeightsDigest.sha256(new byte[0], values);
        if (!found.equals(record.result().weightsSha256())) {
            throw LockstepException.data(where + ": expected the weights of " + RunRecord.FILE + ", sha256 "
                    + record.result().weightsSha256() + ", found " + found);
        }
        return record;
    }
}
