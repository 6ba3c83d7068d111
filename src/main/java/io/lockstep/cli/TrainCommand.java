package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.distributed.TaskSlots;
import io.lockstep.inference.HeldOut;
import io.lockstep.report.LiveReport;
import io.lockstep.report.Plots;
import io.lockstep.tracking.Tracker;
import io.lockstep.tracking.Tracking;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingObserver;
import io.lockstep.training.TrainingOutcome;
import io.lockstep.training.TrainingRun;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code train}: from data files to a run directory. */
@Command(
        name = "train",
        description = "Trains a network and writes a run directory: metrics, model, plots, and run.json.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  submit/local.sh train --config conf/mnist.properties --output runs/a",
            "  submit/local.sh train --config conf/mnist.properties --output runs/a --resume",
            "  submit/local.sh train --train IMAGES --hidden 256,128 --output runs/deeper",
            "  submit/local.sh --master 'local[2]' --driver-memory 4g train --config FILE"
        })
final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            order = 0,
            description = "A properties file with options as keys; an option given here wins over the file.")
    private String config;

    @Override
    public Integer call() throws Exception {
        // once: for each that is made Hadoop reads all its defaults, on a JVM that is still cold
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
        TrainingConfig training = validConfig(hadoop);
        SparkConf conf = SparkSettings.forTraining(training.run().execution().engine());
        if (conf.get("spark.master", "").startsWith("local")) {
            training.network().arithmetic().prepare(); // Spark starts on one core, mostly
        }
        RunDirectory directory = RunDirectory.at(training.run().output(), hadoop);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Interrupt interrupt = new Interrupt(err);
        try (TrainingRun run = TrainingRun.open(training, directory, Plots::png, HeldOut::evaluate);
                Tracking tracking = tracking(training, directory, interrupt);
                JavaSparkContext spark = SparkSettings.start(conf);
                LiveReport report = new LiveReport(directory, run::writePage);
                TrainingGauges gauges = new TrainingGauges();
                SlowSteps slow = SlowSteps.of(spark, err)) {
            BlockDirectories.closeToOthers();
            TaskSlots.awaitExecutors(spark);
            OpeningTable opening = new OpeningTable(out);
            if (training.run().execution().dryRun()) {
                run.rehearse(spark, List.of(opening, interrupt));
                out.println("dry run: one step and one checkpoint went well, and nothing of them is left");
                return ExitCode.SUCCESS;
            }
            JobDescriptions jobs = new JobDescriptions(spark, training.run().epochs());
            TrainingOutcome outcome;
            try (ProgressReport progress = ProgressReport.to(out, training.run().epochs())) {
                List<TrainingObserver> observers =
                        List.of(opening, progress, interrupt, report, gauges, slow, jobs, tracking);
                outcome = run.run(spark, observers, interrupt);
            }
            tracking.complete(outcome.record());
            outcome.noEvaluation().ifPresent(failure -> warnOfMissing("evaluation", failure));
            outcome.noPictures().ifPresent(failure -> warnOfMissing("plots", failure));
            report.complete(outcome.record()).ifPresent(failure -> warnOfMissing("report", failure));
            ClosingTable.print(outcome, directory.path(), out);
        }
        return ExitCode.SUCCESS;
    }

    /** A dry run leaves nothing behind, here neither. */
    private Tracking tracking(TrainingConfig training, RunDirectory directory, Interrupt interrupt) {
        List<Tracker> trackers = training.run().execution().dryRun()
                ? List.of()
                : Trackers.of(training.tracking(), directory, System.getenv());
        PrintWriter err = spec.commandLine().getErr();
        return new Tracking(trackers, interrupt, line -> err.println("lockstep: " + line));
    }

    private void warnOfMissing(String what, Throwable failure) {
        spec.commandLine()
                .getErr()
                .println("lockstep: no " + what + ": " + Failures.line(failure)
                        + "; everything else of the run is there");
    }

    /** Command line, configuration file and defaults together; whatever is wrong in any of them is said at once. */
    private TrainingConfig validConfig(Configuration hadoop) {
        Set<String> messages = new LinkedHashSet<>();
        Set<String> unreadable = new HashSet<>();
        ParseResult parsed = spec.commandLine().getParseResult();
        if (config != null) {
            ConfigFile file = ConfigFile.read(config, hadoop);
            messages.addAll(file.problems(spec));
            List<String> arguments = new ArrayList<>(parsed.originalArgs());
            arguments.subList(0, arguments.indexOf(spec.name()) + 1).clear();
            arguments.addAll(file.argumentsBeside(parsed));
            parsed = spec.commandLine().parseArgs(arguments.toArray(String[]::new));
        }
        for (Exception error : parsed.errors()) {
            messages.add(Suggestions.explain(error));
            concerned(error).forEach(option -> unreadable.add(ConfigFile.key(option)));
        }
        messages.addAll(FileNames.problems(parsed));
        Map<String, Object> given = ConfigOptions.given(parsed, TrainingConfig.class, (option, message) -> {
            unreadable.add(option);
            messages.add(message);
        });
        TrainingConfig training = TrainingConfig.of(given);
        training.problems().stream()
                .filter(problem -> !unreadable.contains(problem.option()))
                .forEach(problem -> messages.add(problem.message()));
        if (!messages.isEmpty()) {
            throw LockstepException.configuration(String.join("\n", messages));
        }
        return training;
    }

    private static Stream<OptionSpec> concerned(Exception error) {
        Stream<ArgSpec> arguments = error instanceof MissingParameterException missing
                ? missing.getMissing().stream()
                : error instanceof ParameterException problem ? Stream.of(problem.getArgSpec()) : Stream.empty();
        return arguments.filter(OptionSpec.class::isInstance).map(OptionSpec.class::cast);
    }
}
