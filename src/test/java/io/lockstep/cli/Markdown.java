package io.lockstep.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param file below the top of the repository
 * @param text what is not in fenced blocks
 */
public record Markdown(Path file, List<String> text, List<Block> blocks) {
    private static final Set<String> NOT_OURS = Set.of(".git", "target", "runs", "node_modules");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)]\\(([^)\\s]+)\\)");

    /**
     * A fenced block.
     *
     * @param language empty if none is named
     */
    public record Block(String language, List<String> lines) {}

    /** A link, or a picture. */
    record Link(String text, String target) {}

    /** All pages of the repository. */
    static List<Markdown> pages() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return NOT_OURS.contains(directory.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        List<Markdown> pages = new ArrayList<>();
        for (Path file : files.stream().sorted().toList()) {
            pages.add(read(file));
        }
        return pages;
    }

    public static Markdown read(Path file) throws IOException {
        List<String> text = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        Block open = null;
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("```")) {
                (open == null ? text : open.lines()).add(line);
            } else if (open == null) {
                open = new Block(line.substring(3).strip(), new ArrayList<>());
            } else {
                blocks.add(open);
                open = null;
            }
        }
        return new Markdown(file, text, blocks);
    }

    /** The shell commands of the blocks that name no language, each in one line. */
    public List<String> commands() {
        List<String> commands = new ArrayList<>();
        for (Block block : blocks) {
            if (block.language().isEmpty()) {
                String joined = String.join("\n", block.lines()).replaceAll("\\\\\n\\s*", "");
                joined.lines().filter(line -> !line.isBlank()).forEach(commands::add);
            }
        }
        return commands;
    }

    /** What is set as code within the text. */
    List<String> code() {
        return matches(CODE, String.join("\n", text))
                .map(match -> match.group(1).replaceAll("\\s+", " "))
                .toList();
    }

    List<Link> links() {
        return matches(LINK, String.join("\n", text).replaceAll("`[^`\\n]*]\\([^`\\n]*`", ""))
                .map(match -> new Link(match.group(1), match.group(2)))
                .toList();
    }

    /** What a link can name behind a #, by GitHub's rules. */
    Set<String> anchors() {
        Map<String, Integer> found = new HashMap<>();
        List<String> anchors = new ArrayList<>();
        for (String line : text) {
            if (line.matches("#{1,6} .*")) {
                String anchor = line.replaceFirst("#+ ", "")
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\- _]", "")
                        .replace(' ', '-');
                int before = found.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? anchor : anchor + "-" + before);
            }
        }
        return Set.copyOf(anchors);
    }

    /** The words of a command as a shell takes them, without a comment behind it. */
    static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (quote == 0 && word == null && c == '#') {
                break;
            }
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else {
                word.append(quote == 0 && c == '\\' ? command.charAt(++i) : c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
