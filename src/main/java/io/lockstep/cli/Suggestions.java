package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.NearestWord;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Names the word that somebody most likely meant. */
final class Suggestions {
    private Suggestions() {}

    /** For example {@code ": did you mean 'epochs'?"}; empty if no known word is near. */
    static String nearest(String word, Collection<String> known) {
        return NearestWord.to(word, known)
                .map(candidate -> ": did you mean '" + candidate + "'?")
                .orElse("");
    }

    /** The message of a parse error; for an argument that no option matches, with the nearest that would. */
    static String explain(Exception problem) {
        return LockstepException.printable(
                problem instanceof CommandLine.UnmatchedArgumentException unmatched
                        ? explainUnmatched(unmatched)
                        : problem.getMessage());
    }

    private static String explainUnmatched(CommandLine.UnmatchedArgumentException problem) {
        CommandSpec spec = problem.getCommandLine().getCommandSpec();
        List<String> known = Stream.concat(
                        spec.options().stream().map(option -> option.longestName()),
                        spec.subcommands().keySet().stream())
                .toList();
        String word = problem.getUnmatched().stream()
                .filter(unmatched -> unmatched.startsWith("-"))
                .findFirst()
                .orElse(problem.getUnmatched().get(0));
        String advice = nearest(word.split("=", 2)[0], known);
        if (advice.isEmpty() && !word.startsWith("-")) {
            advice = "; a pattern for several files needs quotes, or the shell expands it";
        }
        return "unknown argument '" + word + "'" + advice;
    }
}
