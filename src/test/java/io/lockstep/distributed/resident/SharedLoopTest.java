package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SharedLoopTest {
    private static final int ROUNDS = 1000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void everyRoundIsDoneOnceBeforeTheLoopIsFinished(int helpers) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int repeat = 0; repeat < 50; repeat++) {
                AtomicIntegerArray done = new AtomicIntegerArray(ROUNDS);
                SharedLoop loop = new SharedLoop(ROUNDS, done::incrementAndGet);
                List<Future<?>> helping = new ArrayList<>();
                for (int i = 0; i < helpers; i++) {
                    helping.add(threads.submit(loop::help));
                }
                loop.finish();
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(done.get(round)).isEqualTo(1);
                }
                for (Future<?> help : helping) {
                    help.get();
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void theOwnerBeginsAtTheFirstRoundAndHelpersAtTheLast() {
        List<Integer> rounds = new ArrayList<>();
        AtomicReference<SharedLoop> loop = new AtomicReference<>();
        loop.set(new SharedLoop(5, round -> {
            rounds.add(round);
            if (round == 1) {
                loop.get().help();
            }
        }));
        loop.get().finish();
        assertThat(rounds).containsExactly(0, 1, 4, 3, 2);
    }

    @Test
    void whatARoundThrowsIsThrownToWhoeverFinishes() {
        IllegalStateException failure = new IllegalStateException("round 7");
        SharedLoop loop = new SharedLoop(10, round -> {
            if (round == 7) {
                throw failure;
            }
        });
        loop.help();
        assertThatThrownBy(loop::finish).isSameAs(failure);
    }
}
