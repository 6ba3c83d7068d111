package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.data.IdxData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On hosts whose links are slow and break: the digest of an undisturbed run in local mode, in bounded time. */
@Tag("long")
class NetworkFaultsIT {
    private static final Pattern DIGEST = Pattern.compile("weights sha256 (\\p{XDigit}{64})");
    private static final String BEGUN =
            "until ls run/checkpoints/step-* > /dev/null 2>&1 || ! kill -0 $run; do sleep 0.2; done; ";

    /** Sets {@code host} to one with an executor. */
    private static final String USED = "host=$(ls -d work-*/app-*/ | sed -n '1s/work-\\([0-9]*\\).*/\\1/p'); ";

    @TempDir
    private Path directory;

    private String train;

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue(NetworkBed.isPossible(), "needs root and iproute2");
        Path images = IdxData.clusters(3000, 200, 5, 1).write(directory, "train");
        train = "train --train " + images
                + " --hidden 300 --epochs 6 --batch-size 100 --checkpoint-every 10 --keep last"
                + " --engine resident --partitions 3";
    }

    @ParameterizedTest
    @CsvSource({"driver", "executors"})
    void undisturbed(String exchange) throws Exception {
        assertSurvives(3, exchange, "true");
    }

    @ParameterizedTest
    @CsvSource({"driver", "executors"})
    void aLinkIsDownForTenSeconds(String exchange) throws Exception {
        assertSurvives(3, exchange, BEGUN + USED + "$bed link $host down; sleep 10; $bed link $host up");
    }

    @ParameterizedTest
    @CsvSource({"driver", "executors"})
    void aLinkStaysDownAndAnotherHostTakesOver(String exchange) throws Exception {
        assertSurvives(4, exchange, BEGUN + USED + "$bed link $host down");
    }

    @Test
    void oneLinkIsSlow() throws Exception {
        assertSurvives(3, "executors", BEGUN + USED + "$bed rate $host 20mbit");
    }

    /** @param fault what happens meanwhile, in bash */
    private void assertSurvives(int hosts, String exchange, String fault) throws Exception {
        String submit = Path.of("submit").toAbsolutePath().toString();
        String text =
                "cd " + directory + "; " + submit + "/standalone.sh $MASTER --driver-memory 512m --executor-memory"
                        + " 512m --conf spark.cores.max=3 --conf spark.network.timeout=30s"
                        + " --conf spark.network.timeoutInterval=10s --conf spark.executor.heartbeatInterval=5s "
                        + train + " --exchange " + exchange
                        + " --output run & run=$!; " + fault + "; wait $run";
        int exitCode = NetworkBed.run(directory, hosts, text);
        String out = Files.readString(directory.resolve("out.txt"));
        assertThat(exitCode).as(out).isZero();
        Submission local = Submission.start(directory, "local.sh", (Object[])
                (train.replace("--engine resident", "") + " --output local").split(" +"));
        assertThat(digest(out)).isEqualTo(local.await(3).digest());
    }

    private static String digest(String out) {
        Matcher digest = DIGEST.matcher(out);
        assertThat(digest.find()).as(out).isTrue();
        return digest.group(1);
    }
}
