/** Turns (gradient, state, step) into an update of a flat array; learning-rate schedules. */
package io.lockstep.optim;
