package io.lockstep.training.checkpoint;

import io.lockstep.LockstepException;
import io.lockstep.storage.Safetensors;
import java.util.Locale;

/**
 * The sizes that a checkpoint of a run must have. They are known before it is read, so a file cannot claim more.
 *
 * @param optimizerSlots arrays that the optimiser keeps
 */
public record CheckpointShape(int parameterCount, int optimizerSlots, long stepsPerEpoch) {
    /** The parameters, those of the epoch that is kept, and the optimiser's slots. */
    public long arrayBytes() {
        return (2L + optimizerSlots) * Float.BYTES * parameterCount;
    }

    long largestFileBytes() {
        return Math.min(Safetensors.MAX_HEADER_BYTES + arrayBytes(), Integer.MAX_VALUE - 8);
    }

    /**
     * @param where names the file in the message
     * @throws LockstepException of kind {@code DATA} if the state is none of this run
     */
    void require(TrainingState state, String where) {
        long completeEpochs = state.step() / stepsPerEpoch;
        if (state.parameters().length != parameterCount
                || state.optimizerState().slots().size() != optimizerSlots
                || state.epoch() != completeEpochs) {
            throw LockstepException.data(String.format(
                    Locale.ROOT,
                    "%s: expected %d parameters, %d optimiser slots and epoch %d after step %d, found %d, %d and %d",
                    where,
                    parameterCount,
                    optimizerSlots,
                    completeEpochs,
                    state.step(),
                    state.parameters().length,
                    state.optimizerState().slots().size(),
                    state.epoch()));
        }
    }
}
