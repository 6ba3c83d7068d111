package io.lockstep.optim;

import java.util.List;
import java.util.stream.Stream;

/**
 * What an optimiser remembers between steps.
 *
 * @param slots arrays as long as the parameters, which the optimiser writes into: those of each link of its
 *     {@link Chain}, in the order of the links. So momentum and Nesterov have v; Adam has m and v; AdamW and LAMB have
 *     m, v and the rounding.
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
