package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.lockstep.cli.Lockstep;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** submit/k8s.sh against a stand-in for Kubernetes, as far as the pod that it asks for. */
class KubernetesIT {
    private static final String IMAGE = "registry.example.com/lockstep:0.1.0";

    /** Creates what is applied, which fabric8's takes for a change of what is there already. */
    private static final class Dispatcher extends KubernetesCrudDispatcher {
        @Override
        public MockResponse handlePatch(RecordedRequest request) {
            String body = Serialization.asJson(Serialization.unmarshal(request.getUtf8Body(), Map.class));
            return handleCreate(new RecordedRequest(
                    request.getHttpVersion(),
                    HttpMethod.POST,
                    request.getPath().replaceFirst("/[^/]*$", ""),
                    request.getHeaders(),
                    new Buffer(body.getBytes(StandardCharsets.UTF_8))));
        }
    }

    @TempDir
    private Path directory;

    @Test
    void theDriversPodHasNoRightsAndRunsTheCommand() throws Exception {
        KubernetesMockServer server =
                new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new Dispatcher(), false);
        server.init(InetAddress.getLoopbackAddress(), 0);
        try (KubernetesClient client = server.createClient()) {
            Map<String, String> nothingOfThisMachine = Map.of(
                    "SPARK_CONF_DIR",
                    Path.of("conf").toAbsolutePath().toString(),
                    "KUBECONFIG",
                    Files.createFile(directory.resolve("kubeconfig")).toString(),
                    "NO_PROXY",
                    "127.0.0.1");
            Lockstep result = Submission.start(
                            directory,
                            nothingOfThisMachine,
                            "k8s.sh",
                            "k8s://http://127.0.0.1:" + server.getPort(),
                            IMAGE,
                            "--driver-memory",
                            "1g",
                            "--conf",
                            "spark.kubernetes.namespace=training",
                            "--conf",
                            "spark.kubernetes.submission.waitAppCompletion=false",
                            "train",
                            "--train",
                            "s3a://bucket/two words",
                            "--resume")
                    .await(2);
            assertThat(result.exitCode()).as(result.err()).isZero();
            Pod pod = client.pods().inNamespace("training").list().getItems().get(0);
            assertRunsTheCommand(pod.getSpec().getContainers().get(0));
            assertHasNoRights(pod);
            assertThat(pod.getSpec().getServiceAccountName()).isEqualTo("lockstep");
            String executors = client.configMaps().inNamespace("training").list().getItems().stream()
                    .flatMap(map -> map.getData().values().stream())
                    .filter(text -> text.contains("kind: Pod"))
                    .findFirst()
                    .orElseThrow();
            assertHasNoRights(Serialization.unmarshal(executors, Pod.class));
        } finally {
            server.destroy();
        }
    }

    private static void assertRunsTheCommand(Container container) {
        assertThat(container.getImage()).isEqualTo(IMAGE);
        assertThat(container.getArgs())
                .startsWith("driver")
                .containsSequence("--class", "io.lockstep.cli.Main")
                .endsWith(
                        "local:///opt/lockstep/lockstep.jar", "train", "--train", "s3a://bucket/two words", "--resume");
        Map<String, Quantity> requests = container.getResources().getRequests();
        Map<String, Quantity> limits = container.getResources().getLimits();
        assertThat(requests).containsOnlyKeys("cpu", "memory", "ephemeral-storage");
        assertThat(limits).containsOnlyKeys("cpu", "memory", "ephemeral-storage");
        assertThat(requests.get("memory")).isEqualTo(limits.get("memory"));
    }

    private static void assertHasNoRights(Pod pod) {
        assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(185);
        assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
                .isEqualTo("RuntimeDefault");
        SecurityContext rights = pod.getSpec().getContainers().get(0).getSecurityContext();
        assertThat(rights.getAllowPrivilegeEscalation()).isFalse();
        assertThat(rights.getReadOnlyRootFilesystem()).isTrue();
        assertThat(rights.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getSpec().getContainers().get(0).getResources().getLimits())
                .containsKeys("cpu", "ephemeral-storage");
        assertThat(pod.getSpec().getVolumes())
                .filteredOn(volume -> volume.getEmptyDir() != null)
                .extracting(volume -> volume.getName())
                .contains("tmp", "work");
    }

    /** So that one place, pom.xml, says which versions there are. */
    @Test
    void theFilesNameTheVersionsOfTheBuild() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        String dockerfile = Files.readString(Path.of("submit/k8s/Dockerfile"));
        String spark = property(pom, "spark.version");
        assertThat(dockerfile)
                .contains(
                        "apache/spark:" + spark + "-scala2.13-java17-ubuntu",
                        "HADOOP_VERSION=" + property(pom, "hadoop.version"),
                        "AWS_SDK_VERSION=" + property(pom, "aws.sdk.version"));
        try (InputStream in = Files.newInputStream(Path.of("submit/k8s/spark-application.yaml"))) {
            Map<?, ?> application = Serialization.unmarshal(in, Map.class);
            assertThat(((Map<?, ?>) application.get("spec")).get("sparkVersion"))
                    .isEqualTo(spark);
        }
        List<?> jars = Files.list(Path.of("target/spark/jars"))
                .map(jar -> jar.getFileName().toString())
                .filter(jar -> jar.startsWith("hadoop-client-api"))
                .toList();
        assertThat(jars).isEqualTo(List.of("hadoop-client-api-" + property(pom, "hadoop.version") + ".jar"));
    }

    private static String property(String pom, String name) {
        int from = pom.indexOf("<" + name + ">") + name.length() + 2;
        return pom.substring(from, pom.indexOf('<', from));
    }
}
