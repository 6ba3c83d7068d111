package io.lockstep.linalg;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory for native code, which only this user can enter: anyone who could write to it could have their own code
 * executed. It is kept in the home directory; where that is not possible, it is a temporary one under a random name, which
 * closing deletes.
 */
final class NativeDirectory implements AutoCloseable {
    private static final String IN_HOME = ".cache/lockstep/native";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int ROOT = 0;
    private static final int STICKY = 01000;
    private static final int WRITTEN_BY_OTHERS = 022;
    private static final int ENTERED_BY_OTHERS = 077;

    private final Path path;
    private final boolean temporary;

    private NativeDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /** Of the user's home directory if it is safe there, else a temporary one. */
    static NativeDirectory open() throws IOException {
        return open(Path.of(System.getProperty("user.home")));
    }

    static NativeDirectory open(Path home) throws IOException {
        Path kept = home.resolve(IN_HOME);
        if (canBeKept(kept)) {
            return new NativeDirectory(kept, false);
        }
        return new NativeDirectory(Files.createTempDirectory("lockstep-native-", OWNER_ONLY), true);
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return temporary;
    }

    /** Code that is loaded needs its file no more. */
    @Override
    public void close() throws IOException {
        if (temporary) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static boolean canBeKept(Path directory) {
        try {
            if (!directory.isAbsolute()) { // the home of a user without a name is "?"
                return false;
            }
            Files.createDirectories(directory, OWNER_ONLY);
            return isPrivate(directory.toRealPath());
        } catch (IOException notOurs) {
            return false;
        }
    }

    /**
     * Whether the directory is this user's alone, and nobody else can replace it or a directory above it.
     *
     * @param directory without symbolic links
     */
    private static boolean isPrivate(Path directory) throws IOException {
        long user = new UnixSystem().getUid();
        if (owner(directory) != user || (mode(directory) & ENTERED_BY_OTHERS) != 0) {
            return false;
        }
        for (Path above = directory.getParent(); above != null; above = above.getParent()) {
            boolean ofAnother = owner(above) != user && owner(above) != ROOT;
            boolean shared = (mode(above) & WRITTEN_BY_OTHERS) != 0 && (mode(above) & STICKY) == 0;
            if (ofAnother || shared) {
                return false;
            }
        }
        return true;
    }

    private static int owner(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }
}
