package io.lockstep.cli;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.report.Reports;
import io.lockstep.storage.Directory;
import io.lockstep.training.RunDirectory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}: from run directories to a page. */
@Command(
        name = "report",
        description = {
            "Shows a run, also one that is still training, as one HTML page that needs no network;"
                    + " or compares several runs.",
            "",
            "train writes the same page itself, after each epoch and at the end. report writes it again, with the"
                    + " figures of evaluate if there are any."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ReportCommand implements Callable<Integer> {
    private static final String DEFAULT_NAME = "report.html";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Run directories.")
    private List<String> runs;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = {
                "The page, which is replaced if it exists.",
                "  Default: " + DEFAULT_NAME + " in the run directory; for several runs, in the current directory"
            })
    private String output;

    @Override
    public Integer call() throws Exception {
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
        List<RunDirectory> directories =
                runs.stream().map(run -> RunDirectories.existing(run, hadoop)).toList();
        byte[] html = Reports.html(directories);
        Path file = file(directories, hadoop);
        Directory.at(file.getParent(), hadoop).write(file.getName(), html);
        spec.commandLine().getOut().println("wrote " + file);
        return ExitCode.SUCCESS;
    }

    private Path file(List<RunDirectory> directories, Configuration hadoop) throws IOException {
        if (output == null && directories.size() == 1) {
            return directories.get(0).directory().file(DEFAULT_NAME);
        }
        String location = output == null ? DEFAULT_NAME : output;
        try {
            Path file = HadoopPaths.parse(location, hadoop);
            FileSystem fileSystem = HadoopPaths.fileSystem(file, hadoop);
            if (fileSystem.exists(file) && fileSystem.getFileStatus(file).isDirectory()) {
                throw LockstepException.configuration(
                        "--output: expected the path of a file, found the directory " + location);
            }
            return fileSystem.makeQualified(file);
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.configuration(
                    "--output: expected the path of a file, found " + location + ": " + invalid.getMessage());
        }
    }
}
