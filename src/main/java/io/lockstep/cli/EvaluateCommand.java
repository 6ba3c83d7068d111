package io.lockstep.cli;

import io.lockstep.inference.Evaluation;
import io.lockstep.inference.ModelEvaluation;
import io.lockstep.inference.ScoringRequest;
import io.lockstep.training.ScoringConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
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
        ScoringJob job = new ScoringJob(config.scoring());
        return job.run("evaluate", (spark, model, output) -> {
            ScoringRequest request = new ScoringRequest(
                    model,
                    config.scoring().data(),
                    job.isIdx(),
                    config.scoring().reading().table(),
                    config.scoring().reading().csv(),
                    List.of(),
                    false,
                    Optional.of(config.labelColumn()),
                    config.weightColumn(),
                    false);
            ModelEvaluation evaluation = Evaluation.write(spark, request, output);
            PrintWriter out = spec.commandLine().getOut();
            EvaluationTable.print(evaluation, out);
            out.println("written to " + output);
            out.flush();
        });
    }
}
