package io.lockstep.cli;

import io.lockstep.Version;
import io.lockstep.training.ScoringConfig;
import io.lockstep.training.TrainingConfig;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(
        name = "lockstep",
        description = "Trains softmax classifier networks on Apache Spark: the same data, configuration and seed give"
                + " the same bits, on any cluster.",
        subcommands = {
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ExportCommand.class,
            ReportCommand.class,
            VerifyCommand.class,
            GradcheckCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        versionProvider = Main.VersionProvider.class,
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:failed while running",
            "2:wrong command line or configuration",
            "3:bad input data",
            "4:training diverged",
            "130:interrupted; --resume continues"
        })
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        Locale.setDefault(Locale.ROOT); // for libraries that format numbers; our own code names its locale
        System.setProperty("java.awt.headless", "true"); // plots are files, whatever display there may be
        int exitCode = execute(out, err, arguments);
        if (exitCode != ExitCode.SUCCESS) {
            System.exit(exitCode); // but not after success: YARN takes any exit of a driver for a failure
        }
    }

    /** Runs a command and returns its exit code; never throws. */
    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        Optional<String> refusal = Surroundings.problem().or(() -> FileNames.problem(arguments));
        if (refusal.isPresent()) {
            err.println("lockstep: " + refusal.get());
            return ExitCode.WRONG_CONFIGURATION;
        }
        HadoopUser.ensureNamed();
        CommandLine commandLine = commandLine()
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(failure, err));
        try {
            return commandLine.execute(arguments);
        } catch (Error failure) { // picocli passes on what is no Exception: a full disk is one of Hadoop's Errors
            return Failures.report(failure, err);
        }
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExpandAtFiles(false) // a file's name may begin with @
                .setParameterExceptionHandler((problem, given) -> wrongCommandLine(problem));
        CommandSpec train = commandLine.getSubcommands().get("train").getCommandSpec();
        train.parser().collectErrors(true);
        ConfigOptions.addTo(train, TrainingConfig.class);
        ConfigOptions.addTo(
                commandLine.getSubcommands().get("predict").getCommandSpec(), ScoringConfig.Prediction.class);
        ConfigOptions.addTo(
                commandLine.getSubcommands().get("evaluate").getCommandSpec(), ScoringConfig.Evaluation.class);
        train.commandLine()
                .getHelpSectionMap()
                .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionGroups.of(TrainingConfig.class));
        return commandLine;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command such as train; see --help");
    }

    private static int wrongCommandLine(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        command.getErr().println("lockstep: " + Suggestions.explain(problem));
        command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.WRONG_CONFIGURATION;
    }

    /** Gives picocli the versions of this build, and of what it runs on. */
    static final class VersionProvider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "lockstep " + Version.current(),
                "Spark " + Surroundings.sparkVersion(),
                "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name")
            };
        }
    }
}
