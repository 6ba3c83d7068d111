package io.lockstep.cli;

import io.lockstep.inference.Prediction;
import io.lockstep.inference.ScoringRequest;
import io.lockstep.training.ScoringConfig;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code predict}: from rows and a model to predictions. */
@Command(
        name = "predict",
        description = "Scores rows with a model: kept columns, prediction, probability of each class, confidence.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PredictCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ScoringConfig.Prediction config = ConfigOptions.create(spec, ScoringConfig.Prediction.class);
        return new ScoringJob(config.scoring()).run("predict", Set.of(), (spark, model, output) -> {
            ScoringRequest request = ScoringRequest.of(model, config);
            Prediction.Outcome outcome = Prediction.write(spark, request, output, config.outputFormat());
            spec.commandLine().getOut().println(summary(outcome) + "; written to " + output);
        });
    }

    /** What was not as usual is said only if there was any. */
    private static String summary(Prediction.Outcome outcome) {
        String summary = "scored " + outcome.rows() + " rows";
        if (outcome.rejected() > 0) {
            summary += ", rejected " + outcome.rejected();
        }
        if (outcome.unseenCategories() > 0) {
            summary += "; categories that the model does not know: " + outcome.unseenCategories();
        }
        return summary;
    }
}
