package io.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.storage.Directory.Entry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a run, on the local file system. */
class DirectoryTest {
    @TempDir
    private Path parent;

    private Path path;
    private Directory directory;

    @BeforeEach
    void open() {
        path = parent.resolve("run");
        directory = at(path);
    }

    private static Directory at(Path path) {
        return Directory.at(new org.apache.hadoop.fs.Path(path.toString()), new Configuration());
    }

    @ParameterizedTest
    @ValueSource(strings = {"r[1]", "{a,b}", "a*", "a?", "o:12:00", "back\\slash", "two words", "100%25", "#1", "é"})
    void namesAreLiteral(String name) throws IOException {
        Files.createDirectories(parent.resolve("decoys/1"));
        for (String decoy : List.of("r1", "a", "b", "ab", "aa")) {
            Files.createDirectories(parent.resolve(decoy));
            Files.writeString(parent.resolve(decoy).resolve("file"), "decoy");
        }
        Directory literal = at(parent.resolve(name));
        assertThat(literal.files()).isEmpty();
        literal.directory("inner").write("file", "mine");
        assertThat(parent.resolve(name).resolve("inner/file")).hasContent("mine");
        assertThat(literal.directory("inner").files()).containsExactly("file");
        assertThat(literal.directory("inner").read("file", 10)).hasSize(4);
        literal.directory("inner").delete("file");
        assertThat(literal.directory("inner").files()).isEmpty();
        assertThat(parent.resolve("r1/file")).hasContent("decoy");
    }

    @Test
    void unfinishedFilesNeverLieNextToFinishedOnes() throws IOException {
        Directory inner = directory.directory("metrics");
        inner.write("first", "1");
        // A directory of that name is in the way, so the renaming fails.
        Files.createDirectories(path.resolve("metrics/second/full"));
        assertThatThrownBy(() -> inner.write("second", "2")).isInstanceOf(IOException.class);
        assertThat(path.resolve("metrics").toFile().list()).containsExactlyInAnyOrder("first", "second");
        assertThat(path.toFile().list()).containsExactly("metrics");
    }

    @Test
    void filesThatAKilledProcessLeftUnfinishedAreRemovedAndNoOthers() throws IOException {
        Files.createDirectory(path);
        Files.writeString(path.resolve(".run.json.0123456789abcdef.inprogress"), "half");
        Files.writeString(path.resolve(".inprogress"), "somebody else's");
        Files.writeString(path.resolve(".run.json.inprogress"), "somebody else's");
        directory.deleteUnfinished();
        assertThat(path.toFile().list()).containsExactlyInAnyOrder(".inprogress", ".run.json.inprogress");
    }

    @Test
    void aLinkIsReplacedAndNeverFollowed() throws IOException {
        Files.createDirectory(path);
        Path victim = Files.writeString(parent.resolve("victim"), "precious");
        Files.createSymbolicLink(path.resolve("run.json"), victim);
        Files.createSymbolicLink(path.resolve("dangling"), parent.resolve("nowhere"));
        assertThat(directory.entries()).containsEntry("run.json", Entry.LINK).containsEntry("dangling", Entry.LINK);
        assertThat(directory.files()).isEmpty();
        directory.write("run.json", "{}");
        assertThat(victim).hasContent("precious");
        assertThat(path.resolve("run.json")).hasContent("{}").isRegularFile();
        assertThatThrownBy(() -> directory.writeExclusively("dangling", new byte[1]))
                .isInstanceOf(IOException.class);
        assertThat(parent.resolve("nowhere")).doesNotExist();
    }

    @Test
    void ofTwoWhoWriteExclusivelyOneSucceeds() throws IOException {
        directory.create();
        directory.writeExclusively("lock", new byte[] {1});
        assertThatThrownBy(() -> directory.writeExclusively("lock", new byte[] {2}))
                .isInstanceOf(IOException.class);
        assertThat(directory.read("lock", 1)).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource({"077, rwx------, rw-------", "002, rwxrwxr-x, rw-rw-r--", "027, rwxr-x---, rw-r-----"})
    void permissionsFollowTheUmaskOfTheProcess(String umask, String ofDirectories, String ofFiles) throws Exception {
        Process writer = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask " + umask + " && exec \"$@\"",
                        "sh",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        path.toString())
                .inheritIO()
                .start();
        assertThat(writer.waitFor()).isZero();
        for (String name : List.of(".", "inner")) {
            assertThat(permissions(path.resolve(name))).isEqualTo(ofDirectories);
        }
        for (String name : List.of("lock", "inner/file")) {
            assertThat(permissions(path.resolve(name))).isEqualTo(ofFiles);
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** Writes a file in each of the ways. */
    static final class Writer {
        public static void main(String[] arguments) throws IOException {
            Directory directory = at(Path.of(arguments[0]));
            directory.create();
            directory.writeExclusively("lock", new byte[1]);
            directory.directory("inner").write("file", "content");
        }
    }

    @Test
    void aDirectoryMayBeReachedByALink() throws IOException {
        Files.createDirectory(parent.resolve("elsewhere"));
        Files.createSymbolicLink(path, parent.resolve("elsewhere"));
        directory.write("file", "1");
        assertThat(parent.resolve("elsewhere/file")).hasContent("1");
    }

    @Test
    void noMoreIsReadThanAllowed() throws IOException {
        directory.write("small", "12345");
        assertThatThrownBy(() -> directory.read("small", 4))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("expected at most 4 bytes, found 5");
        assertThat(directory.readStart("small", 3)).hasSize(3);
        try (RandomAccessFile huge = new RandomAccessFile(path.resolve("huge").toFile(), "rw")) {
            huge.setLength(1L << 40);
        }
        assertThatThrownBy(() -> directory.read("huge", 1 << 20)).hasMessageContaining("found 1099511627776");
        assertThat(directory.readStart("huge", 100)).hasSize(100);
    }

    @Test
    void whatIsMissingIsKnownAndEmptyDirectoriesAreRemoved() throws IOException {
        Directory deep = at(path.resolve("a/b"));
        List<org.apache.hadoop.fs.Path> missing = deep.missing();
        assertThat(missing).extracting(org.apache.hadoop.fs.Path::getName).containsExactly("b", "a", "run");
        deep.create();
        Files.writeString(path.resolve("kept"), "");
        for (org.apache.hadoop.fs.Path each : missing) {
            deep.deleteIfEmpty(each);
        }
        assertThat(path.toFile().list()).containsExactly("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuchscheme://host/x", "abfs://bucket/x"})
    void aSchemeWithoutAFileSystemIsAnOrdinaryFailure(String location) {
        Directory elsewhere = Directory.at(new org.apache.hadoop.fs.Path(location), new Configuration());
        assertThatThrownBy(elsewhere::entries)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(location.split(":")[0]);
    }
}
