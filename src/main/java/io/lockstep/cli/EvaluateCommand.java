package io.lockstep.cli;

import io.lockstep.inference.Evaluation;
import io.lockstep.inference.EvaluationFiles;
import io.lockstep.inference.ModelEvaluation;
import io.lockstep.inference.ScoringRequest;
import io.lockstep.training.ScoringConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code evaluate}: how good a model is on labelled rows. */
@Command(
        name = "evaluate",
        description = "Judges a model by labelled rows: accuracy, log loss, confusion matrix, figures of each class,"
                + " calibration.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ScoringConfig.Evaluation config = ConfigOptions.create(spec, ScoringConfig.Evaluation.class);
        return new ScoringJob(config.scoring()).run("evaluate", EvaluationFiles.NAMES, (spark, model, output) -> {
            ScoringRequest request = ScoringRequest.of(model, config);
            ModelEvaluation evaluation = Evaluation.write(spark, request, output);
            PrintWriter out = spec.commandLine().getOut();
            EvaluationTable.print(evaluation, out);
            out.println("written to " + output);
            out.flush();
        });
    }
}
