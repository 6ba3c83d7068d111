package io.lockstep.cli;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.distributed.FailFast;
import io.lockstep.model.ModelDirectory;
import io.lockstep.model.TrainedModel;
import io.lockstep.storage.Directory;
import io.lockstep.training.ScoringConfig;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;

/** What commands that apply a model have in common: the model, the new directory, the Spark context. */
record ScoringJob(ScoringConfig config) {
    /** What a command does with a model. */
    interface Work {
        void run(JavaSparkContext spark, TrainedModel model, Path output) throws Exception;
    }

    /** @param replaced names of files that the output directory may hold already, and that the work replaces */
    int run(String command, Set<String> replaced, Work work) throws Exception {
        SparkConf conf = SparkSettings.forScoring(command);
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
        TrainedModel model = TrainedModel.read(ModelDirectory.of("--model", config.model(), hadoop));
        Directory output = output(hadoop);
        Set<String> earlier = output.entries().keySet();
        earlier.removeIf(name -> name.startsWith(".")); // .gitkeep, .DS_Store
        if (!replaced.containsAll(earlier)) {
            throw LockstepException.configuration(
                    "--output: expected a directory that is new or empty, found something in " + output.path());
        }
        try (JavaSparkContext spark = SparkSettings.start(conf)) {
            BlockDirectories.closeToOthers();
            try (FailFast tasks = FailFast.watch(spark)) {
                try {
                    work.run(spark, model, output.path());
                } catch (Exception failure) {
                    if (earlier.isEmpty()) {
                        output.fileSystem().delete(output.path(), true); // nothing that looks complete
                    }
                    throw tasks.firstCauseOf(failure);
                }
            }
        }
        return ExitCode.SUCCESS;
    }

    private Directory output(Configuration hadoop) throws IOException {
        Path path;
        try {
            path = HadoopPaths.parse(config.output(), hadoop);
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.configuration(
                    "--output: expected a directory, found '" + config.output() + "': " + invalid.getMessage());
        }
        Directory output = Directory.at(HadoopPaths.fileSystem(path, hadoop).makeQualified(path), hadoop);
        if (output.isFile()) {
            throw LockstepException.configuration("--output: expected a directory, found a file: " + path);
        }
        return output;
    }
}
