package io.lockstep.data.source;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.data.Locations;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;

/**
 * The files of a table: those that are named, and those in named directories and all that are in these, in the order of
 * their names. Names that begin with {@code _} or {@code .}, as of marks, checksums and unfinished output, and empty
 * files are passed over. Each directory {@code name=value} on the way gives its files a column.
 */
final class TableFiles {
    /** How a missing value is written in the name of a directory. */
    private static final String MISSING = "__HIVE_DEFAULT_PARTITION__";

    private final Configuration hadoop;

    /** By path, so that a file that is named, and lies in a named directory too, is there once. */
    private final Map<Path, TableFile> files = new LinkedHashMap<>();

    private TableFiles(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    /**
     * @return at least one, all with columns of the same names
     * @throws LockstepException of kind {@code DATA}
     */
    static List<TableFile> find(String uri, Configuration hadoop) {
        TableFiles found = new TableFiles(hadoop);
        Collection<FileStatus> named = Locations.find(uri, hadoop);
        List<FileStatus> seen =
                named.stream().filter(status -> !isHidden(status)).toList();
        try {
            for (FileStatus status : seen.isEmpty() ? named : seen) {
                found.add(status, new TreeMap<>());
            }
        } catch (IOException failure) {
            throw LockstepException.data("'" + uri + "' cannot be opened: " + failure.getMessage(), failure);
        }
        if (found.files.isEmpty()) {
            throw LockstepException.data(uri + ": expected files with data, found "
                    + (named.stream().allMatch(FileStatus::isFile) ? "an empty file" : "none in the directory"));
        }
        List<TableFile> files = List.copyOf(found.files.values());
        TableFile first = files.get(0);
        for (TableFile file : files) {
            if (!file.directories().keySet().equals(first.directories().keySet())) {
                throw LockstepException.data(file.path() + ": expected directories that name the columns "
                        + first.directories().keySet() + " like those of " + first.path() + ", found "
                        + file.directories().keySet());
            }
        }
        return files;
    }

    private void add(FileStatus status, SortedMap<String, String> directories) throws IOException {
        if (status.isDirectory()) {
            FileSystem fileSystem = HadoopPaths.fileSystem(status.getPath(), hadoop);
            FileStatus[] children = fileSystem.listStatus(status.getPath());
            requireNoBrokenLinks(status.getPath());
            Arrays.sort(children);
            for (FileStatus child : children) {
                if (!isHidden(child)) {
                    add(child, child.isDirectory() ? with(child, directories) : directories);
                }
            }
        } else if (status.getLen() > 0 || isPipe(status)) {
            if (isPipe(status)) {
                throw LockstepException.data(
                        status.getPath() + ": expected a file, found a pipe, a socket or a device");
            }
            files.putIfAbsent(
                    status.getPath(), new TableFile(status.getPath().toString(), status.getLen(), directories));
        }
    }

    private static SortedMap<String, String> with(FileStatus directory, SortedMap<String, String> directories) {
        String name = directory.getPath().getName();
        int equals = name.indexOf('=');
        if (equals < 1) {
            return directories;
        }
        SortedMap<String, String> more = new TreeMap<>(directories);
        String column = ExternalCatalogUtils.unescapePathName(name.substring(0, equals));
        String value = ExternalCatalogUtils.unescapePathName(name.substring(equals + 1));
        if (directories.containsKey(column)) {
            throw LockstepException.data(directory.getPath() + ": expected directories that name a column once, found '"
                    + column + "' twice");
        }
        more.put(column, value.equals(MISSING) ? null : value);
        return more;
    }

    private static boolean isHidden(FileStatus status) {
        return isHidden(status.getPath().getName());
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".") || name.startsWith("_") && !name.contains("=") || name.endsWith("._COPYING_");
    }

    /** Hadoop passes over links of the local file system that lead to nothing, and their rows would be missing. */
    private static void requireNoBrokenLinks(Path directory) throws IOException {
        if (isLocal(directory)) {
            java.nio.file.Path local = java.nio.file.Path.of(directory.toUri().getPath());
            try (Stream<java.nio.file.Path> children = Files.list(local)) {
                children.filter(child -> !isHidden(child.getFileName().toString()))
                        .filter(child -> Files.isSymbolicLink(child) && Files.notExists(child))
                        .min(Comparator.naturalOrder())
                        .ifPresent(link -> {
                            throw LockstepException.data(
                                    "file:" + link + ": expected a file, found a link to one that is not there");
                        });
            }
        }
    }

    private static boolean isLocal(Path path) {
        return "file".equals(path.toUri().getScheme());
    }

    /** Opening one would wait for somebody to write to it. */
    private static boolean isPipe(FileStatus status) {
        File file = new File(status.getPath().toUri().getPath());
        return isLocal(status.getPath()) && file.exists() && !file.isFile();
    }
}
