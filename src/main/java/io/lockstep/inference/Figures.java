package io.lockstep.inference;

/**
 * How well a class is told from all others, or an average of that over classes. Each is in [0, 1].
 *
 * @param precision the part of the rows taken for the class that are of it; 0 if none is taken for it
 * @param recall the part of the rows of the class that are taken for it; 0 if there are none
 * @param f1 2 · precision · recall / (precision + recall); 0 if there is no row of the class and none is taken for it
 * @param rocAuc the area under the ROC curve, equal scores counting half; null without rows of the class or without
 *     others
 * @param prAuc the average precision: Σ over scores, descending, of the gain in recall times the precision, with no
 *     interpolation; null without rows of the class
 */
public record Figures(double precision, double recall, double f1, Double rocAuc, Double prAuc) {}
