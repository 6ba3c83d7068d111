package io.lockstep.data;

import io.lockstep.LockstepException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * By what the weights of rows are multiplied, class by class: all by 1, or each class so that all weigh the same, or as
 * given.
 *
 * @param given factors by label, written as text; 1 for labels that are not there
 */
public record ClassWeights(boolean balanced, Map<String, Double> given) {
    public static final ClassWeights NONE = new ClassWeights(false, Map.of());

    /**
     * Reads {@code none}, {@code balanced}, or a list such as {@code yes=2.5,no=1}.
     *
     * @throws IllegalArgumentException with what was expected and what was found
     */
    public static ClassWeights parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        if (text.equals("balanced")) {
            return new ClassWeights(true, Map.of());
        }
        Map<String, Double> given = new LinkedHashMap<>();
        for (String item : text.split(",", -1)) {
            int at = item.lastIndexOf('=');
            try {
                double factor = Double.parseDouble(item.substring(at + 1));
                if (at > 0
                        && factor > 0
                        && Double.isFinite(factor)
                        && given.put(item.substring(0, at), factor) == null) {
                    continue;
                }
            } catch (NumberFormatException invalid) {
                // Falls through to the one message.
            }
            throw new IllegalArgumentException(
                    "expected none, balanced, or a weight from 1e-6 to 1e6 for each of some labels as in"
                            + " yes=2.5,no=1, found '" + text + "'");
        }
        return new ClassWeights(false, given);
    }

    /**
     * The factor of each class.
     *
     * @param weights of all training rows of each label
     * @throws LockstepException of kind {@code CONFIGURATION} if a factor is for a label that is not there
     */
    double[] factors(SortedMap<Label, Double> weights) {
        List<String> names = weights.keySet().stream().map(Label::toString).toList();
        given.keySet().stream()
                .filter(label -> !names.contains(label))
                .findFirst()
                .ifPresent(label -> {
                    throw LockstepException.configuration("--class-weights: expected labels of the training rows "
                            + names + ", found '" + label + "'");
                });
        double total =
                weights.values().stream().mapToDouble(Double::doubleValue).sum();
        return weights.entrySet().stream()
                .mapToDouble(of -> balanced
                        ? total / (weights.size() * of.getValue())
                        : given.getOrDefault(of.getKey().toString(), 1.0))
                .toArray();
    }
}
