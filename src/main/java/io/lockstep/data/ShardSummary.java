package io.lockstep.data;

import io.lockstep.linalg.Machine;
import java.io.Serializable;

/**
 * What the driver needs to know of a shard.
 *
 * @param machine that holds the shard
 */
record ShardSummary(Split split, int index, Tally tally, Machine machine) implements Serializable {}
