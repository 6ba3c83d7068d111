package io.lockstep.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.ParseResult;

/**
 * Finds text that is not what its author wrote, or that cannot become the name of a file as it is. Java decodes
 * arguments and encodes the names of files in the encoding of the locale, and replaces silently what that cannot
 * express.
 */
final class FileNames {
    private static final Charset ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding"));
    /** Of options whose values are locations. */
    private static final Set<String> LOCATION_LABELS = Set.of("URI", "DIR", "FILE");
    /** Names of files elsewhere do not depend on this machine's locale. */
    private static final Pattern REMOTE = Pattern.compile("(?!file:)[A-Za-z][A-Za-z0-9+.-]+:/.*");

    private FileNames() {}

    /** What is wrong with the first argument that has lost characters, on its way here or before. */
    static Optional<String> problem(String... arguments) {
        return Arrays.stream(arguments)
                .filter(argument -> isLost(argument, ENCODING))
                .findFirst()
                .map(argument -> message("command line", argument));
    }

    /** A message for each location, given or configured, that would become another name. */
    static List<String> problems(ParseResult parsed) {
        return parsed.matchedOptions().stream()
                .filter(option -> LOCATION_LABELS.contains(option.paramLabel()))
                .flatMap(option -> option.stringValues().stream()
                        .filter(location -> !REMOTE.matcher(location).matches() && isLost(location, ENCODING))
                        .map(location -> message(option.longestName(), location)))
                .toList();
    }

    /** In ASCII, each byte of a character of UTF-8 has become a question mark, and there are at least two. */
    static boolean isLost(String text, Charset encoding) {
        return !encoding.newEncoder().canEncode(text)
                || text.indexOf('\uFFFD') >= 0
                || encoding.equals(StandardCharsets.US_ASCII) && text.contains("??");
    }

    private static String message(String where, String found) {
        return where + ": expected text that the encoding of the locale, " + ENCODING + ", can express, found '" + found
                + "'; run it in the locale of that text, for example with LC_ALL=C.UTF-8";
    }
}
