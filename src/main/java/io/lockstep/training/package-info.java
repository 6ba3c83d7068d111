/** Configuration, the epoch loop, its listeners, and the run directory. */
package io.lockstep.training;
