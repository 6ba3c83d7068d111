package io.lockstep.distributed.resident;

import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Weights and gradients travel among executors: this one's {@link MemberExchange} with a thread of its own, which takes
 * what arrives in order and sends what follows from it. The driver is asked once, where the others are, and gets losses
 * directly.
 */
final class PeerChannel implements Channel {
    private final Question.Sender sender;
    private final MessageShape shape;
    private final DriverChannel driver;
    private final BlockingQueue<Consumer<MemberExchange>> inbox = new LinkedBlockingQueue<>();
    private final Mailbox mailbox;
    private volatile Thread thread; // started when the others are known
    private Work current = Work.NONE; // this and below are guarded by this
    private boolean ended;
    private Throwable failure;

    /** Hears from now on, so it has to be there before the driver is told of the last task. */
    PeerChannel(Question.Sender sender, MessageShape shape) {
        this.sender = sender;
        this.shape = shape;
        this.driver = new DriverChannel(sender, shape);
        this.mailbox = Mailbox.open(sender.sessionId(), shape.longestSliceMessage(), this::receive, this::fail);
    }

    private void receive(ByteBuffer message) {
        PeerMessage heard = PeerMessage.decode(message);
        if (heard instanceof PeerMessage.Weights weights) {
            inbox.add(exchange -> exchange.take(weights));
        } else if (heard instanceof PeerMessage.Part part) {
            inbox.add(exchange -> exchange.take(part));
        } else {
            WrongMessageException.unless(
                    heard instanceof PeerMessage.End, "expected weights, gradients, or the end, found a sum");
            end();
        }
    }

    @Override
    public Optional<Work> next(long after, TaskAttempt attempt) throws InterruptedException {
        if (thread == null && !meet(after, attempt)) {
            return Optional.empty();
        }
        synchronized (this) {
            while (current.number() <= after && !ended && failure == null) {
                wait(TaskAttempt.CHECK_MILLIS);
                attempt.requireWanted();
            }
            if (current.number() > after) {
                return Optional.of(current);
            }
            if (!ended) {
                throw new UncheckedIOException(
                        new IOException("the exchange among executors has failed: " + failure.getMessage(), failure));
            }
            return Optional.empty();
        }
    }

    /** Learns where the others are; false if the job has ended before. */
    private boolean meet(long after, TaskAttempt attempt) {
        Answer answer = driver.askUntilThereIs(after, attempt);
        if (answer instanceof Answer.End) {
            return false;
        }
        WrongMessageException.unless(answer instanceof Answer.Members, "expected addresses, found %s", answer);
        Peers peers = ((Answer.Members) answer).peers();
        int own = peers.indexOf(sender.executor());
        WrongMessageException.unless(own >= 0, "expected to be a member, found only others");
        MemberExchange exchange = new MemberExchange(
                shape, peers.members().size(), sender.sessionId(), own, new BlockPost(peers, this::fail));
        thread = new Thread(() -> run(exchange), "lockstep-exchange");
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    private void run(MemberExchange exchange) {
        try {
            while (true) {
                inbox.take().accept(exchange);
                Work work = exchange.work();
                synchronized (this) {
                    if (work.number() > current.number()) {
                        current = work;
                        notifyAll();
                    }
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error thrown) {
            fail(thrown);
        }
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }

    @Override
    public void deliver(long number, Partial all) {
        if (all instanceof Gradients gradients) {
            inbox.add(exchange -> exchange.deliver(number, gradients));
        } else {
            driver.deliver(number, all);
        }
    }

    @Override
    public void close() {
        mailbox.close();
        end();
        if (thread != null) {
            thread.interrupt();
        }
    }
}
