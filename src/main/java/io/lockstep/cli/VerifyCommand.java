package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.distributed.TaskSlots;
import io.lockstep.report.RunDifference;
import io.lockstep.training.FinalEvaluation;
import io.lockstep.training.RecordedConfig;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.RunRecord;
import io.lockstep.training.StoredWeights;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingRun;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify}: whether a run can be made again, or where two runs part. */
@Command(
        name = "verify",
        description = {
            "Trains a complete run again, as its run.json says, in a directory that is removed afterwards, and compares"
                    + " metrics and weights bit for bit.",
            "",
            "Exit code 0 if all is equal, 1 if something differs, with one line that says what."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "The directory of a complete run.")
    private String run;

    @Option(
            names = "--against",
            paramLabel = "RUN2",
            description = "Trains nothing, but compares with this run: names the first epoch at which their metrics"
                    + " differ, and the options, data, versions or machines that differ.")
    private String against;

    @Override
    public Integer call() throws Exception {
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
        RunDirectory first = RunDirectories.existing(run, hadoop);
        RunRecord record = StoredWeights.verify(first);
        if (against == null) {
            return trainAgain(first, record);
        }
        RunDirectory second = RunDirectories.existing(against, hadoop);
        StoredWeights.verify(second);
        return answer(RunDifference.between(first, second), run + " and " + against, record);
    }

    private int trainAgain(RunDirectory original, RunRecord record) throws Exception {
        Path scratch = Files.createTempDirectory("lockstep-verify-");
        ShutdownHookManager hooks = ShutdownHookManager.get();
        Runnable removal = () -> FileUtil.fullyDelete(scratch.toFile());
        hooks.addShutdownHook(removal, 0);
        try {
            TrainingConfig config =
                    RecordedConfig.of(record, scratch.resolve("run").toString());
            RunDirectory again = train(config);
            return answer(RunDifference.between(original, again), run + " and the same run again", record);
        } finally {
            removal.run();
            if (!hooks.isShutdownInProgress()) {
                hooks.removeShutdownHook(removal);
            }
        }
    }

    private RunDirectory train(TrainingConfig config) throws Exception {
        SparkConf conf = SparkSettings.forTraining(config.run().execution().engine());
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
        RunDirectory directory = RunDirectory.at("file:" + config.run().output(), hadoop);
        PrintWriter out = spec.commandLine().getOut();
        try (TrainingRun training = TrainingRun.open(config, directory, rows -> new byte[0], FinalEvaluation.NONE);
                JavaSparkContext spark = SparkSettings.start(conf)) {
            BlockDirectories.closeToOthers();
            TaskSlots.awaitExecutors(spark);
            try (ProgressReport progress = ProgressReport.to(out, config.run().epochs())) {
                training.run(spark, List.of(progress), () -> false);
            }
        }
        return directory;
    }

    private int answer(RunDifference difference, String what, RunRecord record) {
        if (difference.none()) {
            spec.commandLine()
                    .getOut()
                    .println("equal: " + what + ", weights sha256 "
                            + record.result().weightsSha256());
            return ExitCode.SUCCESS;
        }
        spec.commandLine()
                .getErr()
                .println(LockstepException.printable("lockstep: different: " + what + ": " + difference.text()));
        return ExitCode.FAILED;
    }
}
