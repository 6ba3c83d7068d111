package io.lockstep.distributed.resident;

import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.FloatBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Where this JVM hears messages of the exchange of one session. Those of no open session are dropped as they come. */
final class Mailbox implements AutoCloseable {
    private static final Map<Long, Mailbox> OPEN = new ConcurrentHashMap<>();

    private final long sessionId;
    private final int longest;
    private final Consumer<ByteBuffer> receiver;
    private final Consumer<Throwable> failed;

    private Mailbox(long sessionId, int longest, Consumer<ByteBuffer> receiver, Consumer<Throwable> failed) {
        this.sessionId = sessionId;
        this.longest = longest;
        this.receiver = receiver;
        this.failed = failed;
    }

    /**
     * @param longest how many bytes a message may have
     * @param receiver must not wait; it is called on Spark's own network threads
     * @param failed told of a message that is too long, or did not arrive whole, or that the receiver has rejected
     */
    static Mailbox open(long sessionId, int longest, Consumer<ByteBuffer> receiver, Consumer<Throwable> failed) {
        Mailbox mailbox = new Mailbox(sessionId, longest, receiver, failed);
        OPEN.put(sessionId, mailbox);
        return mailbox;
    }

    @Override
    public void close() {
        OPEN.remove(sessionId, this);
    }

    private void accept(byte[] message) {
        try {
            receiver.accept(ByteBuffer.wrap(message));
        } catch (RuntimeException wrong) { // of any kind: nobody must wait for the message that this should have been
            failed.accept(new WrongMessageException("a peer has sent a wrong message: " + wrong.getMessage(), wrong));
        }
    }

    /** A message on its way in. Of one that belongs to no open session no more than the session's number is kept. */
    static final class Arrival {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Optional<Mailbox> mailbox = Optional.empty();
        private boolean dropped;

        void add(ByteBuffer more) {
            while (!dropped && bytes.size() < Long.BYTES && more.hasRemaining()) {
                bytes.write(more.get());
                if (bytes.size() == Long.BYTES) {
                    findMailbox();
                }
            }
            if (dropped || !more.hasRemaining()) {
                more.position(more.limit());
                return;
            }
            Mailbox to = mailbox.orElseThrow();
            if (bytes.size() + more.remaining() > to.longest) {
                dropped = true;
                to.failed.accept(new WrongMessageException(
                        "expected a message of up to " + to.longest + " bytes from a peer, found a longer one", null));
                more.position(more.limit());
                return;
            }
            byte[] part = new byte[more.remaining()];
            more.get(part);
            bytes.write(part, 0, part.length);
        }

        private void findMailbox() {
            long id =
                    ByteBuffer.wrap(bytes.toByteArray()).order(FloatBytes.ORDER).getLong();
            mailbox = Optional.ofNullable(OPEN.get(id));
            dropped = mailbox.isEmpty();
        }

        void complete() {
            if (!dropped) {
                mailbox.ifPresent(to -> to.accept(bytes.toByteArray()));
            }
        }

        void fail(Throwable cause) {
            mailbox.ifPresent(to -> to.failed.accept(cause));
        }
    }
}
