package io.lockstep.distributed.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.Sharding;
import org.junit.jupiter.api.Test;

class GroupsTest {
    @Test
    void thereAreAboutAsManyGroupsAsEachHasPartitions() {
        assertThat(Groups.thatPay(new Sharding(128, 64), 1_000_000)).contains(new Groups(4, 8));
        assertThat(Groups.thatPay(new Sharding(100, 100), 203_530)).contains(new Groups(4, 7));
        assertThat(Groups.thatPay(new Sharding(1_000, 1_000), 203_530)).contains(new Groups(5, 32));
    }

    @Test
    void fewPartitionsOrSmallGradientsDoNotPayForASecondStage() {
        assertThat(Groups.thatPay(new Sharding(64, 1), 10_000_000)).isEmpty();
        assertThat(Groups.thatPay(new Sharding(64, 16), 203_530)).isEmpty();
        assertThat(Groups.thatPay(new Sharding(1_000, 1_000), 1_000)).isEmpty();
    }

    @Test
    void aGroupTakesWholeSubtrees() {
        assertThat(Groups.ofLevel(0, 5).count()).isEqualTo(5);
        assertThat(Groups.ofLevel(2, 5).count()).isEqualTo(2);
        assertThat(Groups.ofLevel(3, 5).count()).isEqualTo(1);
    }
}
