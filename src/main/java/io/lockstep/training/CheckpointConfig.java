package io.lockstep.training;

/**
 * When to write checkpoints and whether to go on from one.
 *
 * @param every steps between checkpoints within an epoch; 0 for none but those at the end of each epoch
 * @param keep how many of the newest are kept
 * @param resume whether to go on from the newest
 */
public record CheckpointConfig(int every, int keep, boolean resume) {
    void check(Problems problems) {
        problems.expect(every >= 0, "checkpoint-every", "a number of steps from 0", every);
        problems.expect(keep >= 1, "keep-checkpoints", "at least 1", keep);
    }
}
