package io.lockstep.data;

import io.lockstep.linalg.Machine;
import java.io.Serializable;
import java.util.SortedMap;

/**
 * What the driver needs to know of a shard.
 *
 * @param machine that holds the shard
 */
record ShardSummary(
        Split split,
        int index,
        int rowCount,
        SortedMap<Integer, LabelRows> labels,
        Fingerprint fingerprint,
        Machine machine)
        implements Serializable {}
