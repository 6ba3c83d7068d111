package io.lockstep.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The hosts of {@code src/test/bed/bed.sh}: a cluster whose links are slow and can be broken. */
final class NetworkBed {
    private static final Path SCRIPT = Path.of("src/test/bed/bed.sh").toAbsolutePath();

    private NetworkBed() {}

    /** Whether this machine can have one: it takes Linux, iproute2, and root. */
    static boolean isPossible() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "bash", "-c", "[[ $(id -u) == 0 ]] && ip netns list && command -v tc setsid")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }

    /**
     * Runs a text for bash on the host of the driver, in which {@code $bed} is the script, and takes all down.
     *
     * @param directory for logs of master and workers, and for {@code out.txt}, what the text writes
     * @return its exit code
     */
    static int run(Path directory, int hosts, String text) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "run", "--hosts", String.valueOf(hosts)));
        // So that a host that is gone is missed in less than two minutes.
        command.addAll(List.of("--conf", "spark.worker.timeout=20"));
        command.addAll(List.of(directory.toString(), "bash", "-euc", "bed=$1; " + text, "bash", SCRIPT.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out.txt").toFile())
                .start();
        try {
            return process.waitFor(10, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } finally {
            process.destroy();
        }
    }
}
