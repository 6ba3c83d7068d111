package io.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochPlanTest {
    @Test
    void stepsOfManySmallShardsAreOfEqualSizeToWithinARow() {
        int[] rows = dealt(600, 100, new Random(1));
        assertThat(sizes(EpochPlan.of(1, rows, 32), rows)).hasSize(19).containsOnly(31L, 32L);
        assertThat(sizes(new EpochPlan(1, 19), rows))
                .as("the formula for shards that have a row for each step")
                .startsWith(0L);
    }

    @Test
    void aPlanOfFourShardsWorkedByHand() {
        int[] rows = {1, 0, 2, 3};
        EpochPlan plan = EpochPlan.of(1, rows, 1);
        // Of the first c of 6 rows, ⌊c/6⌋ are the first shard's; of the others d of 5, ⌊2d/5⌋ the third's.
        assertThat(starts(plan, 0, 1)).containsExactly(0, 0, 0, 0, 0, 0, 1);
        assertThat(starts(plan, 1, 0)).containsOnly(0);
        assertThat(starts(plan, 2, 2)).containsExactly(0, 0, 0, 1, 1, 2, 2);
        assertThat(starts(plan, 3, 3)).containsExactly(0, 1, 2, 2, 3, 3, 3);
    }

    @Test
    void anEpochUsesEachRowOnceInStepsThatAreNeverEmptyAndAboutEqual() {
        Random random = new Random(2);
        for (int round = 0; round < 2000; round++) {
            int[] rows = shape(random);
            int total = Arrays.stream(rows).sum();
            EpochPlan plan = EpochPlan.of(1, rows, 1 + random.nextInt(random.nextBoolean() ? 40 : total + 10));
            long shards = Arrays.stream(rows).filter(count -> count > 0).count();
            double even = (double) total / plan.stepsPerEpoch();
            double bound = plan.apportionment().isNone() ? shards : 1;
            for (int shard = 0; shard < rows.length; shard++) {
                assertThat(starts(plan, shard, rows[shard]))
                        .isSorted()
                        .startsWith(0)
                        .endsWith(rows[shard]);
            }
            assertThat(Arrays.stream(sizes(plan, rows)).boxed())
                    .as(Arrays.toString(rows))
                    .allSatisfy(size -> {
                        assertThat(size).isPositive();
                        assertThat(Math.abs(size - even)).isLessThan(bound);
                    });
        }
    }

    @Test
    void shardsWithARowForEachStepAreSlicedByThemselves() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int steps = 1 + random.nextInt(50);
            int[] rows = IntStream.generate(() -> random.nextInt(8) == 0 ? 0 : steps + random.nextInt(100))
                    .limit(1 + random.nextInt(20))
                    .toArray();
            rows[0] = steps;
            int batchSize = (Arrays.stream(rows).sum() + steps - 1) / steps;
            EpochPlan plan = EpochPlan.of(1, rows, batchSize);
            for (int shard = 0; shard < rows.length; shard++) {
                int own = rows[shard];
                long of = plan.stepsPerEpoch();
                assertThat(starts(plan, shard, own))
                        .containsExactly(IntStream.rangeClosed(0, (int) of)
                                .map(step -> (int) (step * own / of))
                                .toArray());
            }
        }
    }

    /** Each level of the tree rounds once, and halves what those above it rounded if shards are of about one size. */
    @Test
    void anyStretchOfAnEpochHasRowsOfAllShardsInProportion() {
        Random random = new Random(4);
        int[] rows = dealt(3000, 64, random);
        EpochPlan plan = EpochPlan.of(1, rows, 16);
        assertThat(plan.apportionment().isNone()).isFalse();
        for (int shard = 0; shard < rows.length; shard++) {
            int[] starts = starts(plan, shard, rows[shard]);
            for (int step = 0; step < starts.length; step++) {
                assertThat(Math.abs(starts[step] - (double) step * rows[shard] / plan.stepsPerEpoch()))
                        .isLessThan(2.5);
            }
        }
    }

    @Test
    void productsBeyondLongAreExact() {
        assertThat(Apportionment.share(1L << 40, (1L << 41) - 2, 1L << 41)).isEqualTo((1L << 40) - 1);
        assertThat(Apportionment.share(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(new EpochPlan(1, 1L << 40).sliceStart(1L << 39, 0, Integer.MAX_VALUE))
                .isEqualTo(1073741823);
    }

    /** Sizes as a hash deals them, or very different ones, or a few with many empty. */
    private static int[] shape(Random random) {
        int shards = 1 + random.nextInt(60);
        return switch (random.nextInt(3)) {
            case 0 -> dealt(1 + random.nextInt(1000), shards, random);
            case 1 -> {
                int[] rows = new int[shards];
                Arrays.setAll(rows, shard -> random.nextInt(1 << random.nextInt(11)));
                rows[random.nextInt(shards)]++;
                yield rows;
            }
            default -> {
                int[] rows = new int[shards];
                rows[random.nextInt(shards)] = 1 + random.nextInt(300);
                rows[random.nextInt(shards)] = 1 + random.nextInt(3);
                yield rows;
            }
        };
    }

    private static int[] dealt(int rowCount, int shards, Random random) {
        int[] rows = new int[shards];
        for (int row = 0; row < rowCount; row++) {
            rows[random.nextInt(shards)]++;
        }
        return rows;
    }

    private static long[] sizes(EpochPlan plan, int[] rows) {
        long[] sizes = new long[Math.toIntExact(plan.stepsPerEpoch())];
        for (int shard = 0; shard < rows.length; shard++) {
            int[] starts = starts(plan, shard, rows[shard]);
            for (int step = 0; step < sizes.length; step++) {
                sizes[step] += starts[step + 1] - starts[step];
            }
        }
        return sizes;
    }

    private static int[] starts(EpochPlan plan, int shard, int rowCount) {
        return IntStream.rangeClosed(0, Math.toIntExact(plan.stepsPerEpoch()))
                .map(step -> plan.sliceStart(step, shard, rowCount))
                .toArray();
    }
}
