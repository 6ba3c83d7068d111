package io.lockstep.optim;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The update rules by name, each as the links of a {@link Chain}. */
public enum Optimizer {
    SGD(h -> List.of(l2(h), clip(h), new Descend())),
    MOMENTUM(h -> List.of(l2(h), clip(h), new Momentum(h.momentum(), false), new Descend())),
    NESTEROV(h -> List.of(l2(h), clip(h), new Momentum(h.momentum(), true), new Descend())),
    ADAM(h -> List.of(l2(h), clip(h), adam(h), new Subtract())),
    /** Adam with decoupled weight decay. */
    ADAMW(h -> List.of(new L2Penalty(0), clip(h), adam(h), decay(h), new SubtractExactly())),
    /** AdamW whose steps have, layer by layer, a length relative to that of the weights. */
    LAMB(h -> List.of(new L2Penalty(0), clip(h), adam(h), decay(h), new TrustRatio(), new SubtractExactly()));

    private final Function<Hyperparameters, List<Link>> links;

    Optimizer(Function<Hyperparameters, List<Link>> links) {
        this.links = links;
    }

    /**
     * The numbers of all rules; each rule takes those that it has.
     *
     * @param l2 the penalty c on the squares of all weights, from 0
     * @param clipNorm the largest norm of a gradient; 0 for any
     * @param momentum μ of momentum, β₁ of Adam, in [0, 1)
     * @param beta2 β₂ of Adam, in [0, 1)
     * @param epsilon ε of Adam, positive in single precision
     */
    public record Hyperparameters(double l2, double clipNorm, double momentum, double beta2, double epsilon) {}

    public Chain chain(Layout layout, Hyperparameters hyperparameters) {
        return new Chain(layout, links.apply(hyperparameters));
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Link l2(Hyperparameters h) {
        return new L2Penalty(h.l2());
    }

    private static Link clip(Hyperparameters h) {
        return new ClipByNorm(h.clipNorm());
    }

    private static Link adam(Hyperparameters h) {
        return new Adam(h.momentum(), h.beta2(), h.epsilon());
    }

    private static Link decay(Hyperparameters h) {
        return new DecayWeights(h.l2());
    }
}
