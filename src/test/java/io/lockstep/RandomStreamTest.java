package io.lockstep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.RandomStream.Purpose;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    @Test
    void sameCoordinatesGiveTheSameNumbersAndOthersGiveOthers() {
        assertThat(firstPermutation(1, 2, 3)).isEqualTo(firstPermutation(1, 2, 3));
        assertThat(firstPermutation(1, 2, 3))
                .isNotEqualTo(firstPermutation(2, 2, 3))
                .isNotEqualTo(firstPermutation(1, 3, 3))
                .isNotEqualTo(firstPermutation(1, 2, 4));
        assertThat(RandomStream.of(1, Purpose.INITIALISATION, 0, 0).nextUniform())
                .isNotEqualTo(RandomStream.of(1, Purpose.PERMUTATION, 0, 0).nextUniform());
    }

    /** The numbers are part of the promise: a change of them changes the weights of every run. */
    @Test
    void theFirstNumbersOfAStreamNeverChange() {
        RandomStream stream = RandomStream.of(1, Purpose.INITIALISATION, 0, 0);
        assertThat(stream.nextUniform()).isEqualTo(0.993497088357089);
        assertThat(stream.nextGaussian()).isEqualTo(0.13758008816026132);
        assertThat(stream.permutation(8)).containsExactly(4, 6, 2, 0, 7, 5, 1, 3);
    }

    @Test
    void permutationsHoldEveryIndexOnceAndStartAnywhere() {
        int[] counts = new int[5];
        for (int index = 0; index < 5000; index++) {
            int[] order = RandomStream.of(7, Purpose.PERMUTATION, 0, index).permutation(5);
            assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
            counts[order[0]]++;
        }
        // 1000 expected, standard deviation 28: five of them is a bound that a uniform choice does not reach.
        assertThat(Arrays.stream(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(860, 1140));
    }

    @Test
    void gaussiansHaveMeanZeroAndVarianceOne() {
        RandomStream stream = RandomStream.of(3, Purpose.INITIALISATION, 0, 0);
        double[] numbers = IntStream.range(0, 100_000)
                .mapToDouble(i -> stream.nextGaussian())
                .toArray();
        // Standard errors are 0.003 and 0.0045.
        assertThat(DoubleStream.of(numbers).average().orElseThrow()).isCloseTo(0, within(0.02));
        assertThat(DoubleStream.of(numbers).map(x -> x * x).average().orElseThrow())
                .isCloseTo(1, within(0.03));
    }

    private static int[] firstPermutation(long seed, int epoch, int index) {
        return RandomStream.of(seed, Purpose.PERMUTATION, epoch, index).permutation(50);
    }
}
