package io.lockstep.distributed.resident;

import java.nio.ByteBuffer;

/** Carries messages to members of an exchange and to the driver. */
interface Post {
    /**
     * Sends a message, which arrives once and after those that were sent to the same peer before; returns without
     * waiting for that. A message that cannot be sent is reported to the owner of the post.
     *
     * @param peer the number of a member, or {@link Peers#DRIVER}
     * @param message ready to be read; nobody may write it any more
     */
    void send(int peer, ByteBuffer message);
}
