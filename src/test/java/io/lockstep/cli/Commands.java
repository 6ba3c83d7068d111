package io.lockstep.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs commands that are written as on a command line. A word that begins with @ names a file, of the test's own
 * directory if it is there, or else of the shared one. The output goes to {@code output} in the test's own, unless the
 * command says where.
 */
record Commands(Path own, Path shared) {
    Lockstep run(String command) {
        List<Object> arguments = new ArrayList<>();
        for (String word : command.split(" ")) {
            arguments.add(word.startsWith("@") ? file(word.substring(1)) : word);
        }
        if (!command.contains("--output ")) {
            arguments.addAll(List.of("--output", own.resolve("output")));
        }
        if (command.startsWith("train ")) {
            usual(command, arguments, "--hidden", "2");
            usual(command, arguments, "--epochs", "1");
            usual(command, arguments, "--validation", "--validation-fraction", "0");
        }
        return Lockstep.watched(arguments.toArray());
    }

    private Path file(String name) {
        return Files.exists(own.resolve(name)) ? own.resolve(name) : shared.resolve(name);
    }

    private static void usual(String command, List<Object> arguments, String option, String... words) {
        if (!command.contains(option)) {
            arguments.addAll(words.length > 1 ? List.of(words) : List.of(option, words[0]));
        }
    }
}
