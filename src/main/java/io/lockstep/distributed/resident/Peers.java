package io.lockstep.distributed.resident;

import io.lockstep.distributed.WrongMessageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the driver and the members of an exchange hear: the addresses of their block managers.
 *
 * @param members executors with resident tasks, in the order of their numbers as members
 */
record Peers(Address driver, List<Address> members) {
    /** The number that stands for the driver among those of members. */
    static final int DRIVER = -1;

    /** A block manager. */
    record Address(String executor, String host, int port) {}

    private static final int LONGEST_TEXT = 255;

    Peers {
        members = List.copyOf(members);
    }

    /** The address of a member, or of the driver. */
    Address of(int peer) {
        return peer == DRIVER ? driver : members.get(peer);
    }

    /** The number of the member on an executor; -1 if there is none. */
    int indexOf(String executor) {
        return members.stream().map(Address::executor).toList().indexOf(executor);
    }

    int bytes() {
        return Integer.BYTES
                + bytes(driver)
                + members.stream().mapToInt(Peers::bytes).sum();
    }

    ByteBuffer put(ByteBuffer message) {
        message.putInt(members.size());
        put(driver, message);
        members.forEach(member -> put(member, message));
        return message;
    }

    /**
     * Reads what {@link #put} has written, which is the rest of a message.
     *
     * @throws WrongMessageException for anything else
     */
    static Peers get(ByteBuffer message) {
        WrongMessageException.unless(message.remaining() >= Integer.BYTES, "expected addresses, found none");
        int count = message.getInt();
        WrongMessageException.unless(
                count > 0 && count <= message.remaining(), "expected the addresses of members, found %d", count);
        Address driver = address(message);
        List<Address> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(address(message));
        }
        WrongMessageException.unless(
                !message.hasRemaining(), "expected %d addresses, found %d more bytes", count, message.remaining());
        return new Peers(driver, members);
    }

    private static int bytes(Address address) {
        return 3 * Integer.BYTES + encode(address.executor()).length + encode(address.host()).length;
    }

    private static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(Address address, ByteBuffer message) {
        byte[] executor = encode(address.executor());
        byte[] host = encode(address.host());
        message.putInt(executor.length)
                .put(executor)
                .putInt(host.length)
                .put(host)
                .putInt(address.port());
    }

    private static Address address(ByteBuffer message) {
        String executor = text(message);
        String host = text(message);
        WrongMessageException.unless(message.remaining() >= Integer.BYTES, "expected a port, found the end");
        return new Address(executor, host, message.getInt());
    }

    private static String text(ByteBuffer message) {
        WrongMessageException.unless(message.remaining() >= Integer.BYTES, "expected an address, found the end");
        int length = message.getInt();
        int most = Math.min(message.remaining(), LONGEST_TEXT);
        WrongMessageException.unless(
                length >= 0 && length <= most,
                "expected a part of an address of up to %d bytes, found %d",
                most,
                length);
        byte[] text = new byte[length];
        message.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
