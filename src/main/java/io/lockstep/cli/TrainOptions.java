package io.lockstep.cli;

import io.lockstep.data.DataFormat;
import io.lockstep.distributed.Engine;
import io.lockstep.linalg.Blas;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.training.CheckpointConfig;
import io.lockstep.training.DataConfig;
import io.lockstep.training.ExecutionConfig;
import io.lockstep.training.NetworkConfig;
import io.lockstep.training.OptimizerConfig;
import io.lockstep.training.RunConfig;
import io.lockstep.training.TrainingConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of {@code train} and their defaults, which stand here and nowhere else. */
final class TrainOptions {
    private static final double DEFAULT_VALIDATION_FRACTION = 0.1;
    private static final String NOT_GIVEN = "";

    @Option(
            names = "--train",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "URI",
            order = 1,
            description = {
                "Training data: a file, a glob (* ? [ab] {a,b}), or several separated by commas.",
                "A path that exists as it is written is no glob and no list. A backslash takes away the meaning of the"
                        + " next character, as in 'a\\,b'; in a properties file it is written twice.",
                "For idx, the images; the labels are found next to them, as labels-idx1."
            })
    private String train = NOT_GIVEN;

    @Option(
            names = "--test",
            paramLabel = "URI",
            order = 2,
            description = "Test data, named like --train; never trained on.")
    private String test;

    @Option(
            names = "--validation",
            paramLabel = "URI",
            order = 3,
            description = "Validation data of their own, named like --train.")
    private String validation;

    @Option(
            names = "--validation-fraction",
            paramLabel = "F",
            order = 4,
            description = {
                "The part of the training rows that is held out, chosen by their content.",
                "  Default: " + DEFAULT_VALIDATION_FRACTION + ", or 0 beside --validation"
            })
    private Double validationFraction;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            order = 5,
            description = "Of the data files: ${COMPLETION-CANDIDATES}.")
    private DataFormat format = DataFormat.IDX;

    @Option(
            names = "--feature-scale",
            paramLabel = "F",
            order = 6,
            description = "Multiplies every feature; 1/256 maps bytes to [0, 1).")
    private double featureScale = 1 / 256.0;

    @Option(
            names = "--hidden",
            paramLabel = "N[,N…]",
            order = 10,
            converter = LayerSizes.Converter.class,
            description = "Units of each hidden layer, or 'none'.")
    private LayerSizes hidden = new LayerSizes(List.of(256));

    @Option(
            names = "--l2",
            paramLabel = "C",
            order = 11,
            description = "Penalty on the squares of all weights; biases carry none.")
    private double l2 = 1e-4;

    @Option(
            names = "--label-smoothing",
            paramLabel = "F",
            order = 12,
            description = "Part of the target that all classes share.")
    private double labelSmoothing;

    @Option(
            names = "--dropout",
            paramLabel = "F",
            order = 13,
            description = "Probability that a hidden unit is left out in training.")
    private double dropout;

    @Option(names = "--epochs", paramLabel = "N", order = 20, description = "Passes over the training data.")
    private int epochs = 10;

    @Option(names = "--batch-size", paramLabel = "N", order = 21, description = "Training rows a step, about.")
    private int batchSize = 256;

    @Option(names = "--optimizer", paramLabel = "NAME", order = 22, description = "${COMPLETION-CANDIDATES}.")
    private Optimizer.Kind optimizer = Optimizer.Kind.SGD;

    @Option(
            names = "--momentum",
            paramLabel = "F",
            order = 23,
            description = "Of momentum and nesterov; beta 1 of adam and adamw.")
    private double momentum = 0.9;

    @Option(names = "--learning-rate", paramLabel = "F", order = 24, description = "The highest of the schedule.")
    private double learningRate = 0.1;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            order = 25,
            description = "Of the learning rate: ${COMPLETION-CANDIDATES}.")
    private LearningRateSchedule.Shape schedule = LearningRateSchedule.Shape.CONSTANT;

    @Option(
            names = "--warmup-fraction",
            paramLabel = "F",
            order = 26,
            description = "Part of all steps over which the rate rises.")
    private double warmupFraction;

    @Option(
            names = "--clip-norm",
            paramLabel = "F",
            order = 27,
            description = "Scale gradients down to this norm; 0 for never.")
    private double clipNorm;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", order = 30, description = "Of all randomness.")
    private long seed = 1;

    @Option(
            names = "--shards",
            paramLabel = "N",
            order = 31,
            description = {
                "Parts into which the data are dealt; part of what is computed.",
                "  Default: about 64 rows a shard and step, at most 256 MB a shard"
            })
    private Integer shards;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            order = 32,
            description = {
                "Tasks a step; never changes a bit of the result.",
                "  Default: the cluster's cores, at most one a shard"
            })
    private Integer partitions;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            order = 33,
            description = {
                "How steps run: ${COMPLETION-CANDIDATES}; a Spark job a step, or tasks that stay.",
                "  Never changes a bit of the result."
            })
    private Engine engine = Engine.AGGREGATE;

    @Option(
            names = "--keep",
            paramLabel = "WHICH",
            order = 33,
            description = "The epoch that is the result: ${COMPLETION-CANDIDATES} (by validation accuracy).")
    private RunConfig.Keep keep = RunConfig.Keep.BEST;

    @Option(
            names = "--early-stopping-patience",
            paramLabel = "EPOCHS",
            order = 33,
            description = "Stop after so many epochs without a better validation accuracy; 0 for never.")
    private int earlyStoppingPatience;

    @Option(
            names = "--blas",
            paramLabel = "NAME",
            order = 37,
            description =
                    "What multiplies matrices: ${COMPLETION-CANDIDATES}; java gives the same bits on any machine.")
    private Blas.Choice blas = Blas.Choice.AUTO;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "STEPS",
            order = 34,
            description = "Write a checkpoint every so many steps, besides that of each epoch; 0 for never.")
    private int checkpointEvery;

    @Option(
            names = "--keep-checkpoints",
            paramLabel = "N",
            order = 35,
            description = "How many of the newest are kept.")
    private int keepCheckpoints = 2;

    @Option(
            names = "--resume",
            order = 36,
            description = "Go on from the newest checkpoint of the run directory, if there is one.")
    private boolean resume;

    @Option(
            names = "--output",
            required = true,
            showDefaultValue = Visibility.NEVER,
            paramLabel = "DIR",
            order = 40,
            description = "The run directory; new or empty, unless the run resumes.")
    private String output = NOT_GIVEN;

    /** What was given, whether usable or not. */
    TrainingConfig toConfig() {
        double fraction =
                validationFraction != null ? validationFraction : validation == null ? DEFAULT_VALIDATION_FRACTION : 0;
        return new TrainingConfig(
                new DataConfig(
                        format,
                        train,
                        Optional.ofNullable(validation),
                        Optional.ofNullable(test),
                        fraction,
                        featureScale),
                new NetworkConfig(hidden.sizes(), l2, labelSmoothing, dropout, blas),
                new OptimizerConfig(optimizer, momentum, learningRate, schedule, warmupFraction, clipNorm),
                new RunConfig(
                        epochs,
                        batchSize,
                        seed,
                        optional(shards),
                        new ExecutionConfig(optional(partitions), engine),
                        keep,
                        earlyStoppingPatience,
                        new CheckpointConfig(checkpointEvery, keepCheckpoints, resume),
                        output));
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
