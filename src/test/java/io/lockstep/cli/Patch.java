package io.lockstep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A patch as a page shows it, without line numbers: a hunk fits where the lines that it keeps and removes are, of which
 * there is one place.
 *
 * @param hunks by the file that they change or create, each as the lines of the patch
 */
record Patch(Map<Path, List<List<String>>> hunks) {
    static Patch of(List<String> lines) {
        Map<Path, List<List<String>>> hunks = new LinkedHashMap<>();
        List<List<String>> ofFile = null;
        for (String line : lines) {
            if (line.startsWith("+++ ")) {
                ofFile = hunks.computeIfAbsent(Path.of(line.substring(4)), any -> new ArrayList<>());
                ofFile.add(new ArrayList<>());
            } else if (line.equals("@@")) {
                ofFile.add(new ArrayList<>());
            } else if (!line.startsWith("--- ")) {
                ofFile.get(ofFile.size() - 1).add(line);
            }
        }
        hunks.values().forEach(all -> all.removeIf(List::isEmpty));
        return new Patch(hunks);
    }

    /** Writes the patched files below a directory. */
    void apply(Path top) throws IOException {
        for (Map.Entry<Path, List<List<String>>> file : hunks.entrySet()) {
            Path path = top.resolve(file.getKey());
            List<String> lines = new ArrayList<>(Files.exists(path) ? Files.readAllLines(path) : List.of());
            for (List<String> hunk : file.getValue()) {
                replace(lines, side(hunk, "+"), side(hunk, "-"), file.getKey());
            }
            Files.createDirectories(path.getParent());
            Files.write(path, lines);
        }
    }

    private static void replace(List<String> lines, List<String> without, List<String> with, Path file) {
        int at = Collections.indexOfSubList(lines, without);
        if (at < 0 || !without.isEmpty() && Collections.lastIndexOfSubList(lines, without) != at) {
            throw new AssertionError(
                    file + ": expected these lines " + (at < 0 ? "once" : "only once") + ", to patch them: " + without);
        }
        lines.subList(at, at + without.size()).clear();
        lines.addAll(at, with);
    }

    /** The lines of a hunk without those that are marked so, and without marks. */
    private static List<String> side(List<String> hunk, String mark) {
        return hunk.stream()
                .filter(line -> !line.startsWith(mark))
                .flatMap(line -> Stream.of(line.isEmpty() ? "" : line.substring(1)))
                .toList();
    }
}
