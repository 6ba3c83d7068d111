/** From the values of a row to the inputs of a network: learned from training rows, and part of the model. */
package io.lockstep.data.prepare;
