package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.linalg.FloatBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.internal.config.package$;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.netty.NettyBlockTransferService;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializerManager;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.Option;
import scala.reflect.ClassTag;

/** Under {@code conf/spark-defaults-secure.conf}, strangers can neither send nor read messages among executors. */
@Timeout(60)
class ExchangeShuffleManagerTest {
    private static final long SESSION = 0x1234_5678_9abc_def0L;
    private static final String TEXT = "weights and gradients of nobody else's business";

    private static SparkConf secure;
    private static JavaSparkContext spark;

    private final Queue<ByteBuffer> heard = new ConcurrentLinkedQueue<>();
    private Mailbox mailbox;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        secure = new SparkConf().setMaster("local[1]").setAppName("test").set("spark.driver.host", "localhost");
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("conf/spark-defaults-secure.conf"))) {
            properties.load(file);
        }
        properties.forEach(
                (key, value) -> secure.set(key.toString(), value.toString().strip()));
        secure.set("spark.shuffle.manager", ExchangeShuffleManager.class.getName());
        spark = new JavaSparkContext(secure); // in local mode Spark makes a secret of its own
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private void open(int longest) {
        mailbox = Mailbox.open(SESSION, longest, heard::add, failures::add);
    }

    @AfterEach
    void close() {
        if (mailbox != null) {
            mailbox.close();
        }
    }

    private static int port() {
        return SparkEnv.get().blockManager().blockManagerId().port();
    }

    @Test
    void theAuthenticatedAreHeardAndOthersNot() throws Exception {
        SparkConf open = secure.clone();
        open.set("spark.authenticate", "false").set("spark.network.crypto.enabled", "false");
        open(1000);
        assertThatThrownBy(() -> send(open, port(), message(SESSION))).isInstanceOf(Exception.class);
        assertThat(heard).isEmpty();
        send(secure, port(), message(SESSION));
        await().until(() -> heard.size() == 1);
        assertThat(heard).containsExactly(message(SESSION));
    }

    @Test
    void aStrangerBetweenTwoExecutorsReadsNothing() throws Exception {
        open(1000);
        try (Eavesdropper eavesdropper = new Eavesdropper(port())) {
            send(secure, eavesdropper.port(), message(SESSION));
            await().until(() -> heard.size() == 1);
            assertThat(eavesdropper.heard()).hasSizeGreaterThan(TEXT.length()).doesNotContain(TEXT);
        }
    }

    @Test
    void messagesOfNoOpenSessionAreDroppedAndLongOnesRefused() throws Exception {
        open(20);
        send(secure, port(), message(SESSION + 1));
        send(secure, port(), ByteBuffer.allocate(3));
        assertThat(failures).isEmpty();
        send(secure, port(), message(SESSION));
        await().until(() -> failures.size() == 1);
        assertThat(failures.element()).hasMessageContaining("of up to 20 bytes");
        assertThat(heard).isEmpty();
    }

    @Test
    void shufflesWorkAsEver() {
        assertThat(spark.parallelize(List.of(3, 1, 2, 3), 2)
                        .distinct()
                        .sortBy(i -> i, true, 2)
                        .collect())
                .containsExactly(1, 2, 3);
    }

    private static ByteBuffer message(long session) {
        byte[] text = TEXT.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .order(FloatBytes.ORDER)
                .putLong(session)
                .put(text)
                .flip();
    }

    /** As another executor would. */
    private static void send(SparkConf conf, int port, ByteBuffer message) throws IOException {
        conf.set("spark.app.id", spark.sc().applicationId());
        SecurityManager security = new SecurityManager(conf, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE());
        NettyBlockTransferService sender = new NettyBlockTransferService(
                conf,
                security,
                new SerializerManager(new JavaSerializer(conf), conf),
                "localhost",
                "localhost",
                0,
                1,
                null);
        sender.init(SparkEnv.get().blockManager());
        try {
            sender.uploadBlockSync(
                    "localhost",
                    port,
                    "other",
                    ExchangeShuffleManager.MESSAGE,
                    new NioManagedBuffer(message),
                    StorageLevel.MEMORY_ONLY(),
                    ClassTag.apply(Object.class));
        } finally {
            sender.close();
        }
    }

    /** Passes on what one side sends to the other, and remembers it. */
    private static final class Eavesdropper implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream(); // guarded by itself

        Eavesdropper(int port) throws IOException {
            start(() -> {
                Socket client = server.accept();
                Socket target = new Socket(InetAddress.getLoopbackAddress(), port);
                start(() -> pass(target.getInputStream(), client.getOutputStream()));
                pass(client.getInputStream(), target.getOutputStream());
                target.close();
                client.close();
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException closed) {
                    // by the other side
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void pass(InputStream in, OutputStream out) throws IOException {
            byte[] buffer = new byte[4096];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                synchronized (heard) {
                    heard.write(buffer, 0, length);
                }
                out.write(buffer, 0, length);
            }
        }

        int port() {
            return server.getLocalPort();
        }

        String heard() {
            synchronized (heard) {
                return heard.toString(StandardCharsets.ISO_8859_1);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
