package io.lockstep.optim;

import java.util.List;
import java.util.stream.Stream;

/**
 * What an optimiser remembers between steps.
 *
 * @param slots arrays as long as the parameters, in an order that the optimiser defines; the optimiser writes into them
 */
public record OptimizerState(List<float[]> slots) {
    public OptimizerState {
        slots = List.copyOf(slots);
    }

    static OptimizerState zeros(int slotCount, int parameterCount) {
        return new OptimizerState(Stream.generate(() -> new float[parameterCount])
                .limit(slotCount)
                .toList());
    }
}
