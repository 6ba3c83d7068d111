package io.lockstep.storage;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * A directory on any Hadoop file system, which need not exist yet. Names are literal, never patterns. A file is
 * complete under its name or absent: it is written under a random hidden name in the root directory and then renamed;
 * or, in an object store, under its own name, because there nobody sees an object before its stream is closed, and to
 * rename it would be to copy it.
 *
 * @param root where unfinished files are kept, so that readers of a directory below never meet one
 */
public record Directory(Path path, Path root, Configuration hadoop) {
    /** A name in a directory stands for one of these. */
    public enum Entry {
        FILE,
        DIRECTORY,
        /** Never followed. */
        LINK
    }

    private static final Pattern UNFINISHED = Pattern.compile("\\..+\\.[0-9a-f]{16}\\.inprogress");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BLOCK_BYTES = 1 << 20;

    /** Options.CreateFileOptionKeys has it from Hadoop 3.4.2 on. */
    private static final String ONLY_IF_ABSENT = "fs.option.create.conditional.overwrite";

    /** A directory that is its own root. */
    public static Directory at(Path path, Configuration hadoop) {
        return new Directory(path, path, hadoop);
    }

    /** A directory in this one, with the same root. */
    public Directory directory(String name) {
        return new Directory(file(name), root, hadoop);
    }

    public Path file(String name) {
        return HadoopPaths.child(path, name);
    }

    /** All names in the directory, hidden ones too; none if it does not exist. */
    public SortedMap<String, Entry> entries() throws IOException {
        SortedMap<String, Entry> entries = new TreeMap<>();
        Optional<java.nio.file.Path> local = local(path);
        try {
            if (local.isPresent()) {
                // Hadoop would follow links, and leave out those that lead nowhere.
                try (Stream<java.nio.file.Path> found = Files.list(local.get())) {
                    found.forEach(each -> entries.put(each.getFileName().toString(), entry(each)));
                }
            } else {
                for (FileStatus status : fileSystem().listStatus(path)) {
                    entries.put(status.getPath().getName(), entry(status));
                }
            }
        } catch (FileNotFoundException | NoSuchFileException none) {
            return entries;
        } catch (UncheckedIOException failure) { // of a stream of files
            throw failure.getCause();
        }
        return entries;
    }

    /** The names of the files in the directory, in their natural order. */
    public List<String> files() throws IOException {
        return entries().entrySet().stream()
                .filter(entry -> entry.getValue() == Entry.FILE)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether this exists and is no directory. */
    public boolean isFile() throws IOException {
        try {
            return !fileSystem().getFileStatus(path).isDirectory();
        } catch (FileNotFoundException none) {
            return false;
        }
    }

    /** Writes, or replaces, a file, and the directories above it where they are missing. */
    public void write(String name, byte[] content) throws IOException {
        byte[] random = new byte[Long.BYTES];
        RANDOM.nextBytes(random);
        Path temporary =
                HadoopPaths.child(root, "." + name + "." + HexFormat.of().formatHex(random) + ".inprogress");
        boolean renamed = false;
        try {
            create();
            if (appearsWhenClosed(path)) {
                write(fileSystem().create(file(name), true), content);
            } else {
                writeNew(temporary, content);
                rename(temporary, file(name));
            }
            renamed = true;
        } catch (IOException failure) {
            throw new IOException("cannot write " + file(name) + ": " + failure.getMessage(), failure);
        } finally {
            if (!renamed) {
                deleteQuietly(temporary);
            }
        }
    }

    public void write(String name, String content) throws IOException {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes a file that must not exist yet, under its own name from the beginning: of several who try, one succeeds.
     * S3A promises that from Hadoop 3.4.2 on; earlier, all of those who try at the same time may succeed, and the last
     * wins.
     *
     * @throws IOException if it exists, too
     */
    public void writeExclusively(String name, byte[] content) throws IOException {
        writeNew(file(name), content);
    }

    /** Creates the directory, and those above it, where they are missing. */
    public void create() throws IOException {
        Optional<java.nio.file.Path> local = local(path);
        if (local.isPresent()) {
            if (!Files.isDirectory(local.get())) { // else it may be a link to one
                Files.createDirectories(local.get());
            }
        } else if (!fileSystem().mkdirs(path)) {
            throw new IOException("the directory " + path + " cannot be created");
        }
    }

    /**
     * Reads a whole file.
     *
     * @param limit the most bytes that are read, and allocated, whatever length the file claims to have
     * @throws LockstepException of kind {@code DATA} if the file is missing or longer than the limit
     * @throws UncheckedIOException if it cannot be read at the moment
     */
    public byte[] read(String name, int limit) {
        Path file = file(name);
        long length = length(name);
        if (length > limit) {
            throw LockstepException.data(file + ": expected at most " + limit + " bytes, found " + length);
        }
        byte[] content = readStart(name, limit);
        if (content.length < length) {
            throw LockstepException.data(file + ": truncated, expected " + length + " bytes, found " + content.length);
        }
        return content;
    }

    /**
     * The first bytes of a file, at most {@code limit} of them.
     *
     * @throws LockstepException of kind {@code DATA} if the file is missing
     * @throws UncheckedIOException if it cannot be read at the moment
     */
    public byte[] readStart(String name, int limit) {
        Path file = file(name);
        try (InputStream in = fileSystem().open(file)) {
            return in.readNBytes(limit);
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    /**
     * The length of a file in bytes.
     *
     * @throws LockstepException of kind {@code DATA} if there is no such file
     * @throws UncheckedIOException if it cannot be read at the moment
     */
    public long length(String name) {
        Path file = file(name);
        try {
            return fileSystem().getFileStatus(file).getLen();
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    /** Removes a file, or a directory that is empty, if it is there. */
    public void delete(String name) throws IOException {
        fileSystem().delete(file(name), false);
    }

    /** Removes files of this directory that a killed process has left unfinished. */
    public void deleteUnfinished() throws IOException {
        for (String name : files()) {
            if (UNFINISHED.matcher(name).matches()) {
                delete(name);
            }
        }
    }

    /** The directories that do not exist yet: this one and those above it, the innermost first. */
    public List<Path> missing() throws IOException {
        FileSystem fileSystem = fileSystem();
        List<Path> missing = new ArrayList<>();
        Path next = path.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
        while (next != null && !fileSystem.exists(next)) {
            missing.add(next);
            next = next.getParent();
        }
        return missing;
    }

    /** Removes a directory, anywhere on this file system, if it is empty. */
    public void deleteIfEmpty(Path directory) throws IOException {
        FileSystem fileSystem = fileSystem();
        if (fileSystem.exists(directory) && fileSystem.listStatus(directory).length == 0) {
            fileSystem.delete(directory, false);
        }
    }

    /**
     * The file system of the directory.
     *
     * @throws IOException if there is none for its scheme, or it cannot be reached
     */
    public FileSystem fileSystem() throws IOException {
        FileSystem fileSystem = HadoopPaths.fileSystem(path, hadoop);
        fileSystem.setWriteChecksum(false); // no .crc files next to ours: every format we write is checked when read
        return fileSystem;
    }

    /**
     * The path for Java's own library, if it is on the local file system. Hadoop would follow links, give files
     * permissions by a umask of its own instead of the process's, and rename a file into a directory that is in the
     * way.
     */
    private Optional<java.nio.file.Path> local(Path file) throws IOException {
        return fileSystem() instanceof LocalFileSystem local
                ? Optional.of(local.pathToFile(file).toPath())
                : Optional.empty();
    }

    private static Entry entry(java.nio.file.Path file) {
        return Files.isSymbolicLink(file) ? Entry.LINK : Files.isDirectory(file) ? Entry.DIRECTORY : Entry.FILE;
    }

    private static Entry entry(FileStatus status) {
        return status.isSymlink() ? Entry.LINK : status.isDirectory() ? Entry.DIRECTORY : Entry.FILE;
    }

    private void writeNew(Path file, byte[] content) throws IOException {
        Optional<java.nio.file.Path> local = local(file);
        if (local.isPresent()) {
            writeNew(local.get(), content);
            return;
        }
        FileSystem fileSystem = fileSystem();
        if (fileSystem.hasPathCapability(file, ONLY_IF_ABSENT)) {
            FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(file);
            builder.recursive().overwrite(false).must(ONLY_IF_ABSENT, true);
            write(builder.build(), content);
        } else {
            write(fileSystem.create(file, false), content);
        }
    }

    /** Writes all of a file and closes it. If that fails where nobody sees files that are open, nobody ever does. */
    private static void write(FSDataOutputStream file, byte[] content) throws IOException {
        try (FSDataOutputStream out = file) {
            try {
                out.write(content);
            } catch (IOException | RuntimeException | Error failure) {
                if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
                    out.abort(); // or else closing it would make a file of the part that is written
                }
                throw failure;
            }
            if (out.hasCapability(StreamCapabilities.HSYNC)) {
                out.hsync();
            }
        }
    }

    /** Whether a file is absent until its stream is closed, as in S3: what can be given up until then. */
    private boolean appearsWhenClosed(Path file) throws IOException {
        return fileSystem().hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM);
    }

    private static void writeNew(java.nio.file.Path file, byte[] content) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // A channel copies all that it is given into memory outside of the heap first.
            for (int from = 0; from < content.length; from += BLOCK_BYTES) {
                ByteBuffer block = ByteBuffer.wrap(content, from, Math.min(BLOCK_BYTES, content.length - from));
                while (block.hasRemaining()) {
                    out.write(block);
                }
            }
            out.force(true);
        }
    }

    private void rename(Path temporary, Path target) throws IOException {
        Optional<java.nio.file.Path> local = local(target);
        if (local.isPresent()) {
            Files.move(local(temporary).orElseThrow(), local.get(), StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        FileSystem fileSystem = fileSystem();
        if (fileSystem.exists(target) && fileSystem.getFileStatus(target).isDirectory()) {
            throw new IOException("expected to write the file " + target + ", found a directory");
        }
        if (!fileSystem.rename(temporary, target)) {
            // HDFS renames over an existing file only when told to.
            FileContext.getFileContext(fileSystem.getUri(), hadoop).rename(temporary, target, Options.Rename.OVERWRITE);
        }
    }

    private void deleteQuietly(Path file) {
        try {
            fileSystem().delete(file, false);
        } catch (IOException unreachable) {
            // The failure that brought us here is the one to report.
        }
    }

    /** A file that is missing is the user's to explain; a file system that does not answer may with the next try. */
    private static RuntimeException unreadable(Path file, IOException failure) {
        return failure instanceof FileNotFoundException
                ? LockstepException.data(file + ": no such file", failure)
                : new UncheckedIOException(new IOException(file + " cannot be read: " + failure.getMessage(), failure));
    }
}
