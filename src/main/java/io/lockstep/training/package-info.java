/** Configuration, the epoch loop and its observers, and the run directory. */
package io.lockstep.training;
