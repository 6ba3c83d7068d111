package io.lockstep.data;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * The files that a text on the command line names: a path that exists as it is written, or else a list, separated by
 * commas, of paths and globs. In each item of the list, too, a path that exists as it is written wins over the glob
 * that it may also be. Commas within braces belong to the glob, and a backslash takes away the meaning of the next
 * character.
 *
 * <p>Globs are those of Hadoop, {@code * ? [ab] [^a-c] {ab,cd}}, but matched here: Hadoop's own matching fails in any
 * directory in which some name has a colon, and takes special characters of the working directory for a pattern.
 */
public final class Locations {
    private final FileSystem fileSystem;

    /** By path, so that a file which two globs match is there once. */
    private final Map<Path, FileStatus> found = new LinkedHashMap<>();

    private Locations(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /**
     * Finds the files, or directories; there is at least one for each item of the list.
     *
     * @throws LockstepException of kind {@code DATA} if something cannot be found
     */
    public static Collection<FileStatus> find(String text, Configuration hadoop) {
        List<String> items = split(text);
        if (!items.equals(List.of(text))) {
            Optional<FileStatus> whole = whole(text, hadoop);
            if (whole.isPresent()) {
                return List.of(whole.get());
            }
        }
        Map<Path, FileStatus> all = new LinkedHashMap<>();
        for (String item : items) {
            if (item.isEmpty()) {
                throw LockstepException.data("'" + text + "': expected a file on each side of a comma, found nothing");
            }
            List<FileStatus> files = item(item, hadoop);
            if (files.isEmpty()) {
                throw LockstepException.data(item + ": no such file"
                        + (items.size() > 1 ? "; a comma that belongs to a name is written as \\," : ""));
            }
            files.forEach(file -> all.put(file.getPath(), file));
        }
        return all.values();
    }

    /** The items of a list: parted at commas that are neither within braces nor behind a backslash. */
    static List<String> split(String text) {
        List<String> items = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '{' -> depth++;
                case '}' -> depth = Math.max(0, depth - 1);
                case ',' -> {
                    if (depth == 0) {
                        items.add(text.substring(start, i).strip());
                        start = i + 1;
                    }
                }
                default -> {}
            }
        }
        items.add(text.substring(start).strip());
        return items;
    }

    /** The items of a list of names, without the backslashes before characters that mean themselves. */
    public static List<String> names(String list) {
        return split(list).stream()
                .map(name -> name.replaceAll("\\\\(.)", "$1"))
                .toList();
    }

    /** A list that exists as one path. If its file system cannot say, the items will. */
    private static Optional<FileStatus> whole(String text, Configuration hadoop) {
        try {
            return literal(text, hadoop);
        } catch (IOException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private static List<FileStatus> item(String item, Configuration hadoop) {
        try {
            Optional<FileStatus> literal = literal(item, hadoop);
            if (literal.isPresent()) {
                return List.of(literal.get());
            }
            Path path = HadoopPaths.parse(item, hadoop);
            Locations locations = new Locations(HadoopPaths.fileSystem(path, hadoop));
            for (String pattern : GlobExpander.expand(path.toUri().getPath())) {
                locations.match(pattern);
            }
            return List.copyOf(locations.found.values());
        } catch (IOException | IllegalArgumentException failure) {
            throw LockstepException.data("'" + item + "' cannot be opened: " + failure.getMessage(), failure);
        }
    }

    /** A path that exists as it is written: first with colons as characters like others, then with a scheme. */
    private static Optional<FileStatus> literal(String text, Configuration hadoop) throws IOException {
        Optional<FileStatus> plain = text.contains("://") ? Optional.empty() : plain(text, hadoop);
        if (plain.isPresent()) {
            return plain;
        }
        Path path = HadoopPaths.parse(text, hadoop);
        return status(HadoopPaths.fileSystem(path, hadoop), path);
    }

    private static Optional<FileStatus> plain(String text, Configuration hadoop) throws IOException {
        try {
            Path path = HadoopPaths.plain(text);
            return status(HadoopPaths.fileSystem(path, hadoop), path);
        } catch (IllegalArgumentException notAName) {
            return Optional.empty(); // HDFS has no names with colons
        }
    }

    private static Optional<FileStatus> status(FileSystem fileSystem, Path path) throws IOException {
        try {
            return Optional.of(fileSystem.getFileStatus(path));
        } catch (FileNotFoundException missing) {
            return Optional.empty();
        }
    }

    /** Adds what a pattern without slashes in braces matches. */
    private void match(String pattern) throws IOException {
        Path start = pattern.startsWith(Path.SEPARATOR)
                ? fileSystem.makeQualified(new Path(Path.SEPARATOR))
                : fileSystem.getWorkingDirectory();
        Deque<String> names = new ArrayDeque<>(Arrays.asList(pattern.split(Path.SEPARATOR)));
        names.removeIf(name -> name.isEmpty() || name.equals(Path.CUR_DIR));
        if (!names.isEmpty()) {
            match(start, names);
        }
    }

    private void match(Path directory, Deque<String> names) throws IOException {
        Deque<String> rest = new ArrayDeque<>(names);
        String name = rest.removeFirst();
        GlobFilter filter = new GlobFilter(name);
        List<FileStatus> candidates;
        if (filter.hasPattern()) {
            FileStatus[] children = fileSystem.listStatus(directory, filter);
            Arrays.sort(children);
            candidates = Arrays.asList(children);
        } else {
            Path child = HadoopPaths.child(directory, name.replaceAll("\\\\(.)", "$1"));
            candidates = status(fileSystem, child).stream().toList();
        }
        for (FileStatus candidate : candidates) {
            if (rest.isEmpty()) {
                found.put(candidate.getPath(), candidate);
            } else if (candidate.isDirectory()) {
                match(candidate.getPath(), rest);
            }
        }
    }
}
