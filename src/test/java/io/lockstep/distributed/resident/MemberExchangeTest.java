package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.GradientTreeCodec;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.FloatBytes;
import io.lockstep.linalg.Range;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The driver's part and the members' together, with messages that arrive in any order that a network allows. */
class MemberExchangeTest {
    private static final long SESSION = 42;
    private static final int LEAVES = 11;

    /** Carries each message whole, and those from one peer to another in order; nothing else is certain. */
    private static final class Network {
        private final List<List<Deque<ByteBuffer>>> links =
                new ArrayList<>(); // by sender and receiver, the driver last
        private final Random random;

        Network(int members, long seed) {
            random = new Random(seed);
            for (int from = 0; from <= members; from++) {
                List<Deque<ByteBuffer>> links = new ArrayList<>();
                for (int to = 0; to <= members; to++) {
                    links.add(new ArrayDeque<>());
                }
                this.links.add(links);
            }
        }

        int driver() {
            return links.size() - 1;
        }

        Post from(int peer) {
            return (to, message) ->
                    links.get(peer).get(to == Peers.DRIVER ? driver() : to).add(message);
        }

        /** The next to arrive, and where; empty if none is under way. */
        Optional<Arrival> next() {
            List<Arrival> first = new ArrayList<>();
            for (List<Deque<ByteBuffer>> sender : links) {
                for (int to = 0; to < sender.size(); to++) {
                    if (!sender.get(to).isEmpty()) {
                        first.add(new Arrival(to, sender.get(to)));
                    }
                }
            }
            return first.isEmpty() ? Optional.empty() : Optional.of(first.get(random.nextInt(first.size())));
        }
    }

    private record Arrival(int to, Deque<ByteBuffer> link) {
        PeerMessage open() {
            return PeerMessage.decode(link.remove());
        }
    }

    @ParameterizedTest(name = "{1} parameters on {0} members, seed {2}")
    @CsvSource({"1, 1, 1", "1, 97, 2", "2, 97, 3", "3, 97, 4", "3, 3, 5", "4, 1000, 6", "11, 50, 7", "2, 200000, 8"})
    void theSumHasTheBitsOfTheTree(int members, int parameterCount, long seed) {
        MessageShape shape = new MessageShape(LEAVES, parameterCount, members);
        Network network = new Network(members, seed);
        DriverExchange driver = new DriverExchange(shape, members, SESSION, network.from(network.driver()));
        List<MemberExchange> exchanges = new ArrayList<>();
        for (int member = 0; member < members; member++) {
            exchanges.add(new MemberExchange(shape, members, SESSION, member, network.from(member)));
        }
        for (int number = 0; number < 4; number++) {
            float[] weights = numbers(parameterCount, seed + number);
            driver.send(new Work(number, new Work.Step(1, number), weights));
            GradientTree expected = new GradientTree(LEAVES, parameterCount);
            for (int leaf = 0; leaf < LEAVES; leaf++) {
                leaf(expected, leaf, number);
            }
            Gradients sum = exchange(network, driver, exchanges, number, weights);
            assertThat(sum.tree().total().gradient()).isEqualTo(expected.total().gradient());
            assertThat(sum.tree().total().loss()).isEqualTo(expected.total().loss());
            assertThat(sum.seconds()).isEqualTo(new TaskSeconds(members, members * (members + 1) / 2, members));
            assertThat(network.next()).isEmpty();
        }
    }

    /** Until nothing is under way: members compute when they have all weights. */
    private static Gradients exchange(
            Network network, DriverExchange driver, List<MemberExchange> exchanges, int number, float[] weights) {
        List<Gradients> sums = new ArrayList<>();
        boolean[] delivered = new boolean[exchanges.size()];
        for (Optional<Arrival> next = network.next(); next.isPresent(); next = network.next()) {
            int to = next.get().to();
            PeerMessage message = next.get().open();
            if (to == network.driver()) {
                driver.take((PeerMessage.Sum) message).ifPresent(sums::add);
                continue;
            }
            MemberExchange member = exchanges.get(to);
            take(member, message);
            if (member.work().number() == number && !delivered[to]) {
                assertThat(member.work().parameters()).isEqualTo(weights);
                member.deliver(number, gradients(to, exchanges.size(), weights.length, number));
                delivered[to] = true;
            }
        }
        assertThat(sums).hasSize(1);
        return sums.get(0);
    }

    private static void take(MemberExchange member, PeerMessage message) {
        if (message instanceof PeerMessage.Weights of) {
            member.take(of);
        } else {
            member.take((PeerMessage.Part) message);
        }
    }

    /** Every member has every so-manieth shard, and the last of 11 has no rows in it. */
    private static Gradients gradients(int member, int members, int parameterCount, int number) {
        GradientTree tree = new GradientTree(LEAVES, parameterCount);
        for (int leaf = member; leaf < LEAVES; leaf += members) {
            leaf(tree, leaf, number);
        }
        return new Gradients(tree, TaskSeconds.of(member + 1));
    }

    private static void leaf(GradientTree tree, int leaf, int number) {
        tree.leaf(leaf, gradient -> {
            float[] numbers = numbers(gradient.length, 100L * number + leaf);
            System.arraycopy(numbers, 0, gradient, 0, numbers.length);
            return leaf == LEAVES - 1 ? LossSum.ZERO : new LossSum(leaf, 1, 2, 3);
        });
    }

    private static float[] numbers(int count, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static final MessageShape SHAPE = new MessageShape(2, 20, 2);
    private static final Slices SLICES = Slices.of(20, 2);

    /** The second of two members, in its first work. */
    private final MemberExchange member = new MemberExchange(SHAPE, 2, SESSION, 1, (to, message) -> {});

    @Test
    void messagesOfOtherWorkAreRefused() {
        assertThatThrownBy(() -> member.take(part(-1, 0, 1))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> member.take(part(1, 0, 1))).hasMessageContaining("found one about work 1");
        member.take(part(0, 0, 1));
        member.take(part(1, 0, 1));
        assertThatThrownBy(() -> member.take(part(0, 0, 1))).hasMessageContaining("found one about work 0");
    }

    @Test
    void whatHasArrivedIsRefused() {
        member.take(part(0, 0, 1));
        assertThatThrownBy(() -> member.take(part(0, 0, 1))).hasMessageContaining("found one twice");
        member.take(weights(0, Peers.DRIVER, 1));
        assertThatThrownBy(() -> member.take(weights(0, Peers.DRIVER, 1))).isInstanceOf(WrongMessageException.class);
    }

    @Test
    void slicesOfOthersAreRefused() {
        assertThatThrownBy(() -> member.take(part(0, 0, 0))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> member.take(part(0, 1, 1))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> member.take(part(0, 2, 1))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> member.take(weights(0, Peers.DRIVER, 0))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> member.take(weights(0, 0, 1))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> member.take(weights(0, 0, 8))).isInstanceOf(WrongMessageException.class);
    }

    @Test
    void damagedMessagesAreRefusedOrTaken() {
        Random random = new Random(1);
        List<ByteBuffer> whole =
                List.of(part(0, 0, 1).encode(), weights(0, Peers.DRIVER, 1).encode());
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] bytes = whole.get(i % 2).array().clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            ByteBuffer damaged = ByteBuffer.wrap(bytes, 0, bytes.length - (i % 3 == 0 ? random.nextInt(40) : 0));
            MemberExchange fresh = new MemberExchange(SHAPE, 2, SESSION, 1, (to, message) -> {});
            try {
                PeerMessage message = PeerMessage.decode(damaged);
                if (message instanceof PeerMessage.Weights || message instanceof PeerMessage.Part) {
                    take(fresh, message);
                }
            } catch (WrongMessageException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    void theDriverTakesEachSliceOnceFromItsOwner() {
        DriverExchange driver = new DriverExchange(SHAPE, 2, SESSION, (to, message) -> {});
        assertThatThrownBy(() -> driver.take(sum(0, 0, 0))).isInstanceOf(WrongMessageException.class);
        driver.send(new Work(0, new Work.Step(0, 0), new float[20]));
        assertThat(driver.take(sum(0, 0, 0))).isEmpty();
        assertThatThrownBy(() -> driver.take(sum(0, 0, 0))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> driver.take(sum(0, 0, 1))).isInstanceOf(WrongMessageException.class);
        assertThatThrownBy(() -> driver.take(sum(1, 0, 2))).isInstanceOf(WrongMessageException.class);
        driver.send(new Work(1, new Work.Evaluation(), new float[20]));
        assertThatThrownBy(() -> driver.take(sum(1, 0, 2))).isInstanceOf(WrongMessageException.class);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 2", "203530, 8", "203530, 100", "10000000, 8", "100000000, 3", "65537, 1", "262144, 1"})
    void slicesCoverAllParameters(int parameterCount, int members) {
        Slices slices = Slices.of(parameterCount, members);
        int end = 0;
        for (int slice = 0; slice < slices.count(); slice++) {
            Range range = slices.range(slice);
            assertThat(range.from()).isEqualTo(end);
            assertThat(slices.length(slice)).isBetween(1, Slices.longest(parameterCount));
            end = range.to();
        }
        assertThat(end).isEqualTo(parameterCount);
    }

    private static PeerMessage.Head head(long number, int sender, int slice) {
        return new PeerMessage.Head(SESSION, number, sender, slice);
    }

    /** Of the first shard. */
    private static PeerMessage.Part part(long number, int sender, int slice) {
        GradientTree tree = new GradientTree(2, SLICES.length(Math.min(slice, 7)));
        leaf(tree, 0, 0);
        return new PeerMessage.Part(head(number, sender, slice), GradientTreeCodec.encode(tree));
    }

    private static PeerMessage.Weights weights(long number, int sender, int slice) {
        return new PeerMessage.Weights(
                head(number, sender, slice),
                new Work.Evaluation(),
                FloatBytes.of(new float[SLICES.length(Math.min(slice, 7))]));
    }

    private static PeerMessage.Sum sum(long number, int sender, int slice) {
        GradientTree tree =
                GradientTree.complete(2, new GradientSum(new float[SLICES.length(slice)], new LossSum(1, 1, 1, 1)));
        return new PeerMessage.Sum(head(number, sender, slice), TaskSeconds.of(1), GradientTreeCodec.encode(tree));
    }
}
