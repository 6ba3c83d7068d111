package io.lockstep.training;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Who holds the lock of a run directory, as its file tells.
 *
 * @param machine equal for two processes if, and only if, each sees the other in its list of processes
 * @param processStarted as the operating system says; empty if it does not
 * @param renewals counts up while the run lives
 */
record LockOwner(
        String id,
        String host,
        String machine,
        String user,
        long process,
        String processStarted,
        String since,
        long renewals) {
    static LockOwner ofThisProcess() {
        return new LockOwner(
                UUID.randomUUID().toString(),
                hostName(),
                machineName(),
                userName(),
                ProcessHandle.current().pid(),
                started(ProcessHandle.current()),
                Instant.now().toString(),
                0);
    }

    LockOwner renewed() {
        return new LockOwner(id, host, machine, user, process, processStarted, since, renewals + 1);
    }

    boolean isOnThisMachine() {
        return machine.equals(machineName());
    }

    /** Empty if it is not to be seen from here: another user's process may be hidden, and clocks may be set. */
    Optional<Boolean> isAliveOnThisMachine() {
        Optional<ProcessHandle> found = ProcessHandle.of(process).filter(ProcessHandle::isAlive);
        if (found.isEmpty()) {
            return user.equals(userName()) ? Optional.of(false) : Optional.empty();
        }
        return started(found.get()).equals(processStarted) ? Optional.of(true) : Optional.empty();
    }

    private static String userName() {
        return System.getProperty("user.name");
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unresolved) {
            return "this host"; // which has no name that resolves
        }
    }

    /** The running kernel and the namespace of its processes; where there is no such thing, the host's name. */
    private static String machineName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip() + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException notLinux) {
            return hostName();
        }
    }
}
