/**
 * Turns (gradient, state, step) into an update of a flat array, by a chain of small transformations; learning-rate
 * schedules. {@link io.lockstep.optim.Optimizer} names the chains, {@link io.lockstep.optim.Chain} runs one, and each
 * {@code Link} is a file.
 */
package io.lockstep.optim;
