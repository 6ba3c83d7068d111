package io.lockstep.cli;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.GradientCheck;
import io.lockstep.nn.Network;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gradcheck}: does backpropagation compute the gradient of the cost? */
@Command(
        name = "gradcheck",
        description = "Compares the analytic gradient of a network with central differences of its cost.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class GradcheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "SIZES",
            converter = LayerSizes.Converter.class,
            description = "All sizes in one, for example 784-256-10, instead of the next three options.")
    private LayerSizes sizes;

    @Option(names = "--features", paramLabel = "N", order = 1, description = "Features of an example.")
    private int features = 784;

    @Option(
            names = "--hidden",
            paramLabel = "N[,N…]",
            order = 2,
            converter = LayerSizes.Converter.class,
            description = "Units of each hidden layer, or 'none'.")
    private LayerSizes hidden = new LayerSizes(List.of(256));

    @Option(names = "--classes", paramLabel = "N", order = 3, description = "Classes to tell apart.")
    private int classes = 10;

    @Option(names = "--rows", paramLabel = "N", description = "Random examples.")
    private int rows = 16;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Parameters checked of the weights and of the biases of each layer.")
    private int samples = 200;

    @Option(names = "--l2", paramLabel = "C", description = "Penalty on the squares of weights.")
    private double l2 = 0.01;

    @Option(names = "--seed", paramLabel = "N", description = "Of examples and parameters.")
    private long seed = 1;

    @Option(
            names = "--arithmetic",
            paramLabel = "NAME",
            description = "How products of matrices are rounded: ${COMPLETION-CANDIDATES}.")
    private Arithmetic arithmetic = Arithmetic.EXACT;

    @Option(names = "--tolerance", paramLabel = "F", description = "Highest relative error.")
    private double tolerance = 1e-4;

    @Override
    public Integer call() {
        List<GradientCheck.Finding> findings =
                new GradientCheck(rows, samples, l2, seed, tolerance).check(network(), arithmetic);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-32s %8s %16s%n", "parameters", "checked", "relative error");
        for (GradientCheck.Finding finding : findings) {
            out.printf(
                    Locale.ROOT,
                    "%-32s %8d %16.3e  %s%n",
                    finding.parameters(),
                    finding.checked(),
                    finding.relativeError(),
                    finding.passed() ? "ok" : "WRONG");
        }
        boolean passed = findings.stream().allMatch(GradientCheck.Finding::passed);
        out.println(passed ? "gradcheck passed" : "gradcheck FAILED: expected relative errors up to " + tolerance);
        return passed ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    private Network network() {
        List<Integer> all = sizes != null
                ? sizes.sizes()
                : Stream.of(List.of(features), hidden.sizes(), List.of(classes))
                        .flatMap(List::stream)
                        .toList();
        if (rows < 1 || samples < 1 || !(l2 >= 0) || all.size() < 2) {
            throw new ParameterException(
                    spec.commandLine(), "expected at least two layer sizes, one row and one sample, and --l2 from 0");
        }
        try {
            return Network.of(all);
        } catch (IllegalArgumentException | ArithmeticException invalid) {
            throw new ParameterException(spec.commandLine(), "no such network: " + invalid.getMessage(), invalid);
        }
    }
}
