package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.cli.Lockstep;
import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Environments in which users start the scripts. Each test is a text for bash, in which {@code $checkout} is this
 * checkout and {@code $train} a short training; names that are not ASCII are written as bytes there, so that the locale
 * of the tests does not matter.
 */
class EnvironmentIT {
    @TempDir
    private Path directory;

    @BeforeEach
    void writeData() throws IOException {
        IdxData.clusters(500, 10, 3, 1).write(directory, "data");
    }

    @Test
    void neitherAnAsciiLocaleNorCdpathNorALinkNorAnOddPathMisleads() throws Exception {
        Lockstep result = bash("""
                odd="$PWD/a #b,c%20"
                mkdir -p "$odd/target"
                cp -R "$checkout/submit" "$checkout/conf" "$odd"
                ln -s "$checkout/target/spark" "$checkout/target/lockstep.jar" "$odd/target"
                ln -s "$odd/submit" submit
                export LC_ALL=C CDPATH="$PWD"
                submit/local.sh $train --output $'r\\303\\251seau' && test -f $'r\\303\\251seau/run.json'
                """);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(messages(result)).isEmpty();
    }

    @Test
    void aChainOfLinksLeadsToTheScriptAndMessagesBearTheNameThatWasCalled() throws Exception {
        assertRefuses("lockstep: expected a value after --master", """
                mkdir bin lib
                ln -s ../lib/run bin/lockstep
                ln -s "$checkout/submit/local.sh" lib/run
                PATH="$PWD/bin:$PATH"
                lockstep --master
                """);
        assertRefuses("standalone.sh: expected a value after --conf", """
                "$checkout/submit/standalone.sh" spark://host:7077 --conf
                """);
    }

    @Test
    void localModeNeedsNeitherAHostNameThatResolvesNorANameForTheUser() throws Exception {
        String nobody = "setpriv --reuid 12345 --regid 12345 --clear-groups";
        Lockstep possible = bash("unshare --uts true && chmod a+rwx . && " + nobody
                + " test -r \"$checkout/target/lockstep.jar\" -a -w .");
        assumeTrue(possible.exitCode() == 0, "this needs root, unshare, setpriv and a checkout that all can read");
        Lockstep result = bash("unshare --uts bash -c 'hostname no-such-host && exec " + nobody
                + " env -u HOME \"$checkout/submit/local.sh\" $train --output run'");
        assertThat(result.digest()).hasSize(64);
        assertThat(messages(result)).isEmpty();
    }

    @Test
    void sparkSubmitByItselfRefusesArgumentsThatLostCharactersInAnAsciiLocale() throws Exception {
        Lockstep result = bash("""
                export LC_ALL=C SPARK_HOME="$checkout/target/spark" SPARK_SCALA_VERSION=2.13
                java -cp "$checkout/conf:$SPARK_HOME/jars/*" org.apache.spark.deploy.SparkSubmit \\
                  "$checkout/target/lockstep.jar" $train --output $'r\\303\\251seau'
                """);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(messages(result)).singleElement().asString().contains("found 'r??seau'", "LC_ALL=C.UTF-8");
        assertThat(directory.toFile().list()).noneMatch(name -> name.startsWith("r"));
    }

    @Test
    void theJarByItselfSaysThatItNeedsSpark() throws Exception {
        assertRefuses("lockstep: expected Spark 4 on the class path, found none", """
                java -jar "$checkout/target/lockstep.jar" --help
                """);
    }

    @Test
    void classesComeFromTheArchiveOfTheBuildWhateverTheConfigurationDirectoryIs() throws Exception {
        assumeTheBuildMadeAnArchive();
        Lockstep result = bash("""
                cp -R "$checkout/conf" own
                export SPARK_CONF_DIR=$PWD/own
                "$checkout/submit/local.sh" --driver-java-options -Xlog:class+load train --help
                """);
        assertThat(result.out().lines())
                .anyMatch(line -> line.contains("cli.TrainCommand source: shared objects file"));
    }

    @Test
    void anArchiveOfClassesThatDoesNotFitIsLeftAloneInSilence() throws Exception {
        assumeTheBuildMadeAnArchive();
        Lockstep result = bash("""
                set -e
                cp -R "$checkout/submit" "$checkout/conf" .
                mkdir target
                cp "$checkout"/target/{lockstep.jar,classes.archive*} target
                ln -s "$checkout/target/spark" target
                run() { submit/local.sh train --help > "$1.txt" 2>&1; }
                run stale # the jar is another file
                chmod u+w target/classes.archive
                truncate --size 5M target/classes.archive
                run truncated
                echo other > target/classes.archive.stamp
                run other-java
                rm target/classes.archive*
                run without
                cat without.txt
                for kind in stale truncated other-java; do
                  cmp without.txt "$kind.txt"
                done
                """);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).contains("--epochs").doesNotContain("[cds", "[aot");
    }

    @Test
    void anUnsuitableSparkOrJavaOrPathIsRefusedInOneLine() throws Exception {
        assertRefuses("found spark-core_2.12-3.5.1.jar", """
                mkdir -p spark/jars
                touch spark/jars/spark-core_2.12-3.5.1.jar
                SPARK_HOME=$PWD/spark "$checkout/submit/local.sh" $train
                """);
        assertRefuses("expected Java 17 or later, found Java 11", """
                mkdir -p java/bin
                printf '#!/bin/sh\\necho openjdk version \\\\"11.0.2\\\\" >&2\\n' > java/bin/java
                chmod +x java/bin/java
                JAVA_HOME=$PWD/java "$checkout/submit/local.sh" $train
                """);
        assertRefuses("expected Java 17 or later, found no working ", """
                JAVA_HOME=$PWD/none "$checkout/submit/local.sh" $train
                """);
        assertRefuses("expected a path without a colon", """
                mkdir -p a:b
                cp -R "$checkout/submit" a:b
                a:b/submit/local.sh $train
                """);
    }

    private static void assumeTheBuildMadeAnArchive() {
        assumeTrue(Files.exists(Path.of("target/classes.archive.stamp")), "the build could not make an archive");
    }

    private void assertRefuses(String message, String script) throws Exception {
        Lockstep result = bash(script);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
        assertThat(messages(result)).singleElement().asString().contains(message);
    }

    private Lockstep bash(String script) throws Exception {
        return Submission.bash(directory, script).await(2);
    }

    /** Standard error, without the JVM's own warning of the Vector API. */
    private static Stream<String> messages(Lockstep result) {
        return result.err().lines().filter(line -> !line.contains("incubator"));
    }
}
