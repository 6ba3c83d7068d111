package io.lockstep.cli;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.model.ModelDirectory;
import io.lockstep.model.TrainedModel;
import io.lockstep.training.ScoringConfig;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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

    int run(String command, Work work) throws Exception {
        SparkConf conf = SparkSettings.forTraining(EngineChoice.AGGREGATE).set("spark.app.name", "lockstep " + command);
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
        TrainedModel model = TrainedModel.read(ModelDirectory.of("--model", config.model(), hadoop));
        Path output = newDirectory(hadoop);
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            BlockDirectories.closeToOthers();
            try (FailFast tasks = FailFast.watch(spark)) {
                try {
                    work.run(spark, model, output);
                } catch (Exception failure) {
                    output.getFileSystem(hadoop).delete(output, true); // nothing that looks complete
                    throw tasks.firstCauseOf(failure);
                }
            }
        }
        return ExitCode.SUCCESS;
    }

    /** The output directory, which is new or empty, so that whatever is in it later is this command's. */
    private Path newDirectory(Configuration hadoop) throws IOException {
        Path output;
        try {
            output = HadoopPaths.parse(config.output(), hadoop);
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.configuration(
                    "--output: expected a directory, found '" + config.output() + "': " + invalid.getMessage());
        }
        FileSystem files = HadoopPaths.fileSystem(output, hadoop);
        if (files.exists(output) && (files.getFileStatus(output).isFile() || files.listStatus(output).length > 0)) {
            throw LockstepException.configuration(
                    "--output: expected a directory that is new or empty, found something in " + output);
        }
        return files.makeQualified(output);
    }
}
