package io.lockstep.cli;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.export.Onnx;
import io.lockstep.model.ModelDirectory;
import io.lockstep.model.TrainedModel;
import io.lockstep.storage.Directory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code export}: a model for other programs. */
@Command(
        name = "export",
        description = "Writes a model as ONNX: raw values in, label and probabilities out.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "DIR", required = true, description = "A run directory, or its model/.")
    private String model;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "The file to write or replace, for example model.onnx.")
    private String output;

    @Override
    public Integer call() throws IOException {
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
        Path file = file(hadoop);
        TrainedModel trained = TrainedModel.read(ModelDirectory.of("--model", model, hadoop));
        byte[] content = Onnx.encode(trained);
        Directory.at(file.getParent(), hadoop).write(file.getName(), content);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "wrote %s: network %s, inputs %s, outputs label and probabilities, %d bytes%n",
                file,
                trained.network(),
                inputs(trained),
                content.length);
        return ExitCode.SUCCESS;
    }

    private Path file(Configuration hadoop) throws IOException {
        for (String problem : FileNames.problems(spec.commandLine().getParseResult())) {
            throw LockstepException.configuration(problem);
        }
        Path file;
        try {
            file = HadoopPaths.parse(output, hadoop);
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.configuration(
                    "--output: expected a file, found '" + output + "': " + invalid.getMessage());
        }
        FileSystem files = HadoopPaths.fileSystem(file, hadoop);
        Path qualified = files.makeQualified(file);
        if (qualified.getParent() == null || isDirectory(files, qualified)) {
            throw LockstepException.configuration("--output: expected a file, found the directory " + file);
        }
        return qualified;
    }

    private static boolean isDirectory(FileSystem files, Path path) throws IOException {
        try {
            return files.getFileStatus(path).isDirectory();
        } catch (FileNotFoundException none) {
            return false;
        }
    }

    /** The names of the first few. */
    private static String inputs(TrainedModel model) {
        int most = 8;
        int count = model.preparation().columns().size();
        String names = String.join(
                ", ",
                model.preparation().columns().stream()
                        .limit(most)
                        .map(column -> column.name())
                        .toList());
        return count > most ? names + " and " + (count - most) + " more" : names;
    }
}
