package io.lockstep.optim;

import io.lockstep.linalg.Range;
import io.lockstep.linalg.Vectors;
import io.lockstep.linalg.Workers;
import io.lockstep.optim.Link.Kernel;
import io.lockstep.optim.Link.Norm;
import io.lockstep.optim.Link.Norms;
import io.lockstep.optim.Link.Part;
import io.lockstep.optim.Link.StepArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * An update rule as a row of {@link Link}s: each transforms what the one before it leaves, from the gradient of the
 * mean cost to what is subtracted from the parameters, and the last one subtracts it. The idea is Optax's.
 *
 * <p>The links between two norms run together, chunk by chunk on all cores, so that a chunk is read from memory once
 * and not once a link. Norms are added in the order of the chunks, so their bits do not depend on which was finished
 * first.
 */
public final class Chain {
    private final Layout layout;
    private final List<Phase> phases;
    private final int slotCount;

    /** @param links in order; the first that needs a norm needs that of all parameters */
    Chain(Layout layout, List<Link> links) {
        this.layout = layout;
        this.phases = phases(links);
        this.slotCount = links.stream().mapToInt(Link::slotCount).sum();
        if (phases.get(0).then() != Norm.OF_ALL) {
            throw new IllegalArgumentException("expected a first norm of the whole gradient, found the links " + links);
        }
    }

    /**
     * Links that run together.
     *
     * @param then measured when they have run
     */
    private record Phase(List<Placed> links, Norm then) {}

    /** @param firstSlot index of its first slot among those of the chain */
    private record Placed(Link link, int firstSlot) {}

    private static List<Phase> phases(List<Link> links) {
        List<Phase> phases = new ArrayList<>();
        List<Placed> together = new ArrayList<>();
        int slots = 0;
        for (Link link : links) {
            if (link.needs() != Norm.NONE) {
                phases.add(new Phase(List.copyOf(together), link.needs()));
                together.clear();
            }
            together.add(new Placed(link, slots));
            slots += link.slotCount();
        }
        phases.add(new Phase(List.copyOf(together), Norm.NONE));
        return phases;
    }

    public Layout layout() {
        return layout;
    }

    /** How many arrays as long as the parameters it remembers between steps: those of its links, in their order. */
    public int slotCount() {
        return slotCount;
    }

    /** The state before the first step. */
    public OptimizerState init() {
        return OptimizerState.zeros(slotCount, layout.parameterCount());
    }

    /**
     * What a step leaves to report.
     *
     * @param gradientNorm the first norm that a link asked for: that of the gradient before clipping
     * @param finite whether the gradient and the new parameters are; if the gradient is not, no parameter was changed
     */
    public record Outcome(double gradientNorm, boolean finite) {}

    /**
     * Takes one step.
     *
     * @param parameters are changed in place
     * @param gradientSum weighted, over the examples; overwritten
     * @param state its slots are changed in place
     */
    public Outcome updateInPlace(
            float[] parameters, float[] gradientSum, OptimizerState state, Step step, Workers workers) {
        Run run = new Run(parameters, gradientSum, state, step, workers);
        double[] squares =
                run.phase(phases.get(0), Collections.nCopies(layout.blocks().size(), Norms.UNKNOWN));
        double gradientNorm = Math.sqrt(squares[0]);
        if (!Double.isFinite(gradientNorm)) {
            return new Outcome(gradientNorm, false);
        }
        for (int i = 1; i < phases.size(); i++) {
            squares = run.phase(phases.get(i), norms(phases.get(i - 1).then(), squares));
        }
        return new Outcome(gradientNorm, Double.isFinite(squares[0]));
    }

    /** The norms that the links see in each block. */
    private List<Norms> norms(Norm norm, double[] squares) {
        int blocks = layout.blocks().size();
        return norm == Norm.OF_ALL
                ? Collections.nCopies(blocks, new Norms(Math.sqrt(squares[0]), Double.NaN))
                : IntStream.range(0, blocks)
                        .mapToObj(i -> new Norms(Math.sqrt(squares[2 * i]), Math.sqrt(squares[2 * i + 1])))
                        .toList();
    }

    /** The arrays of one step, and who shares the work. */
    private final class Run {
        private final float[] parameters;
        private final float[] update;
        private final OptimizerState state;
        private final Step step;
        private final Workers workers;

        Run(float[] parameters, float[] update, OptimizerState state, Step step, Workers workers) {
            this.parameters = parameters;
            this.update = update;
            this.state = state;
            this.step = step;
            this.workers = workers;
        }

        /**
         * Runs the links of a phase and then measures.
         *
         * @param norms of each block
         * @return sums of what {@link #measure} returns, over all chunks
         */
        double[] phase(Phase phase, List<Norms> norms) {
            List<Bound> links = phase.links().stream().map(this::bind).toList();
            return Range.sumsOverChunks(update.length, workers, chunk -> {
                apply(links, chunk, norms);
                return measure(phase.then(), chunk);
            });
        }

        private Bound bind(Placed placed) {
            int end = placed.firstSlot() + placed.link().slotCount();
            return new Bound(
                    placed.link().at(step),
                    new StepArrays(update, parameters, state.slots().subList(placed.firstSlot(), end)));
        }

        private void apply(List<Bound> links, Range chunk, List<Norms> norms) {
            for (int i = 0; i < norms.size(); i++) {
                Layout.Block block = layout.blocks().get(i);
                Range range =
                        chunk.intersect(block.range().from(), block.range().to());
                if (range.from() < range.to()) {
                    Part part = new Part(range, block.weights(), norms.get(i));
                    for (Bound link : links) {
                        link.kernel().applyInPlace(part, link.arrays());
                    }
                }
            }
        }

        /**
         * Sums of squares in a chunk: of the update; or of update and parameters, alternately, for each block. When all
         * links have run, a number that is finite if all parameters are, and NaN if one is not.
         */
        private double[] measure(Norm norm, Range chunk) {
            return switch (norm) {
                case OF_ALL -> new double[] {Vectors.sumOfSquares(update, chunk)};
                case OF_EACH_BLOCK -> squaresOfBlocks(chunk);
                case NONE -> new double[] {Vectors.areFinite(parameters, chunk) ? 0 : Double.NaN};
            };
        }

        private double[] squaresOfBlocks(Range chunk) {
            return layout.blocks().stream()
                    .map(block ->
                            chunk.intersect(block.range().from(), block.range().to()))
                    .flatMapToDouble(part ->
                            DoubleStream.of(Vectors.sumOfSquares(update, part), Vectors.sumOfSquares(parameters, part)))
                    .toArray();
        }
    }

    /** A link in one step. */
    private record Bound(Kernel kernel, StepArrays arrays) {}
}
