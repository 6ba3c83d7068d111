/** Judges a trained model by rows that it has scored. */
package io.lockstep.inference;
