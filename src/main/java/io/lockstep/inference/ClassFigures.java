package io.lockstep.inference;

/**
 * The figures of one class.
 *
 * @param label a Long, String or Boolean
 * @param support the weight of the rows of the class
 */
public record ClassFigures(Object label, Figures figures, double support) {}
