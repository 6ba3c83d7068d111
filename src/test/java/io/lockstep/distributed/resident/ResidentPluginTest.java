package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.nn.LossSum;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.internal.config.package$;
import org.apache.spark.internal.plugin.PluginEndpoint;
import org.apache.spark.internal.plugin.PluginMessage;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.Option;
import scala.reflect.ClassTag;

/**
 * Under {@code conf/spark-defaults-secure.conf}, messages of resident tasks are heard from those who know the secret
 * only.
 */
@Timeout(60)
class ResidentPluginTest {
    private static SparkConf secure;
    private static JavaSparkContext spark;

    @BeforeAll
    static void start() throws Exception {
        secure = new SparkConf().setMaster("local[1]").setAppName("test");
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("conf/spark-defaults-secure.conf"))) {
            properties.load(file);
        }
        properties.forEach(
                (key, value) -> secure.set(key.toString(), value.toString().strip()));
        new Resident().configure(secure);
        spark = new JavaSparkContext(secure); // in local mode Spark makes a secret of its own
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void theAuthenticatedAreHeardAndOthersNot() throws Exception {
        SparkConf open = secure.clone();
        open.set("spark.authenticate", "false").set("spark.network.crypto.enabled", "false");
        try (ResidentSession session = ResidentSession.open(new MessageShape(1, 2, 1))) {
            session.publish(new Work.Step(0, 0), new float[] {1, 2});
            session.join("1", 0);
            byte[] gradients = gradients(session.id());

            assertThatThrownBy(() -> ask(open, gradients)).isInstanceOf(Exception.class);
            ask(secure, gradients); // would be refused if the same had been heard before
            assertThat(session.awaitSum()).isPresent();
        }
    }

    private static byte[] gradients(long session) {
        GradientTree tree = new GradientTree(1, 2).leaf(0, gradient -> new LossSum(1, 1, 1, 1));
        Question.Sender sender = new Question.Sender(session, "1");
        return Question.Deliver.all(sender, 0, new Gradients(tree, TaskSeconds.of(1)), Pieces.BYTES)
                .get(0)
                .encode();
    }

    private static Object ask(SparkConf conf, byte[] message) {
        SecurityManager security = new SecurityManager(conf, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE());
        RpcEnv client = RpcEnv.create("client", "localhost", 0, conf, security, true);
        try {
            RpcEndpointRef plugins =
                    client.setupEndpointRef(SparkEnv.get().rpcEnv().address(), PluginEndpoint.class.getName());
            return plugins.askSync(
                    new PluginMessage(ResidentPlugin.class.getName(), message), ClassTag.apply(Object.class));
        } finally {
            client.shutdown();
            client.awaitTermination();
        }
    }
}
