package io.lockstep.optim;

import io.lockstep.linalg.Range;
import java.util.List;

/**
 * Where weights and biases are in the flat parameters.
 *
 * @param blocks the weights and the biases of each layer, which follow one another without gaps, from index 0
 */
public record Layout(List<Block> blocks) {
    public Layout {
        blocks = List.copyOf(blocks);
        int end = 0;
        for (Block block : blocks) {
            if (block.range().from() != end) {
                throw new IllegalArgumentException("expected a block from index " + end + ", found " + block);
            }
            end = block.range().to();
        }
    }

    /**
     * The weights or the biases of one layer.
     *
     * @param weights whether they are weights; else they are biases
     */
    public record Block(Range range, boolean weights) {}

    int parameterCount() {
        return blocks.isEmpty() ? 0 : blocks.get(blocks.size() - 1).range().to();
    }
}
