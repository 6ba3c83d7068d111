package io.lockstep.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code completion}: what bash and zsh need to complete commands and options. */
@Command(
        name = "completion",
        hidden = true,
        description = "Prints a script for bash and zsh that completes commands and options of submit/lockstep.",
        mixinStandardHelpOptions = true,
        footer = {"", "For example:", "  source <(lockstep completion)"})
final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("lockstep", spec.root().commandLine()));
        return ExitCode.SUCCESS;
    }
}
