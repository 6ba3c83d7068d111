package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeDirectoryTest {
    private static final int ANOTHER_USER = 65534;

    /** Of a library in the directory: in folders for its jar and its package. */
    private static final int DEPTH = 6;

    @TempDir
    private Path directory;

    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createDirectory(directory.resolve("home"));
    }

    @Test
    void isKeptInAHomeThatOnlyItsOwnerWritesTo() throws IOException {
        for (int opened = 0; opened < 2; opened++) {
            try (NativeDirectory kept = NativeDirectory.open(home)) {
                assertThat(kept.isTemporary()).isFalse();
                assertThat(permissions(kept.path())).isEqualTo("rwx------");
            }
        }
        assertThat(home.resolve(".cache/lockstep/native")).isDirectory();
    }

    @Test
    void isNotKeptInAHomeThatOthersWriteTo() throws IOException {
        setPermissions(home, "rwxrwxr-x");
        assertIsTemporary(home);
    }

    @Test
    void isNotKeptWhereOthersCouldEnterBefore() throws IOException {
        setPermissions(Files.createDirectories(home.resolve(".cache/lockstep/native")), "rwxr-xr-x");
        assertIsTemporary(home);
    }

    @Test
    void isNotKeptBehindALinkIntoAPlaceThatOthersWriteTo() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        setPermissions(shared, "rwxrwxrwx");
        Files.createSymbolicLink(home.resolve(".cache"), shared);
        assertIsTemporary(home);
    }

    @Test
    void isNotKeptInADirectoryOfAnotherUser() throws IOException {
        assumeThat(new UnixSystem().getUid())
                .as("only root can give files away")
                .isZero();
        Path cache = Files.createDirectories(home.resolve(".cache"));
        Files.setAttribute(cache, "unix:uid", ANOTHER_USER);
        assertIsTemporary(home);
    }

    @Test
    void isNotKeptWithoutAHome() throws IOException {
        assertIsTemporary(Path.of("?"));
        assertIsTemporary(Path.of("/dev/null"));
        assertThat(Path.of("?")).doesNotExist();
    }

    /** At the place where JavaCPP looks by default, with size and time of the real one, by which it takes a file for its own. */
    @Test
    void codePlantedInTheTemporaryDirectoryIsNotLoaded() throws Exception {
        Path planted = Files.createDirectories(
                directory.resolve("tmp/.javacpp-" + System.getProperty("user.name") + "/cache"));
        Path library = loadOpenBlas(home);
        Path unpacked = library.resolve("../".repeat(DEPTH)).normalize();
        copyAndSpoil(unpacked, planted);
        assertThat(loadOpenBlas(Path.of("/dev/null")).toString()).contains("lockstep-native-");
        assertThat(directory.resolve("tmp").toFile().list())
                .allMatch(name -> name.startsWith(".javacpp-") || name.startsWith("hsperfdata_"));
    }

    /** Where it was loaded from, in a process of its own, because a JVM loads it once. */
    private Path loadOpenBlas(Path userHome) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Duser.home=" + userHome,
                "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                "-cp",
                System.getProperty("java.class.path"),
                Load.class.getName()));
        File output = directory.resolve("output.txt").toFile();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(output)
                .start();
        assertThat(process.waitFor()).isZero();
        return Path.of(Files.readString(output.toPath()).strip());
    }

    /** Prints the file that was loaded. */
    static final class Load {
        private Load() {}

        public static void main(String[] arguments) {
            OpenBlas.load();
            System.out.println(System.getProperty("dev.ludovic.netlib.blas.nativeLibPath"));
        }
    }

    private static void copyAndSpoil(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    FileTime time = Files.getLastModifiedTime(file);
                    Files.write(copy, new byte[Math.toIntExact(Files.size(file))]);
                    Files.setLastModifiedTime(copy, time);
                }
            }
        }
    }

    private static void assertIsTemporary(Path home) throws IOException {
        Path path;
        try (NativeDirectory temporary = NativeDirectory.open(home)) {
            path = temporary.path();
            assertThat(temporary.isTemporary()).isTrue();
            assertThat(permissions(path)).isEqualTo("rwx------");
            Files.writeString(Files.createDirectories(path.resolve("a/b")).resolve("library.so"), "code");
        }
        assertThat(path).doesNotExist();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void setPermissions(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
