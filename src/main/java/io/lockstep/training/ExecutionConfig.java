package io.lockstep.training;

import io.lockstep.distributed.Engine;
import java.util.OptionalInt;

/**
 * Where and by what the work is done, which never changes a bit of the result.
 *
 * @param partitions overrides the number that follows from the cluster
 */
public record ExecutionConfig(OptionalInt partitions, Engine engine) {
    void check(Problems problems) {
        partitions.ifPresent(count -> problems.expect(count >= 1, "partitions", "at least 1", count));
    }
}
