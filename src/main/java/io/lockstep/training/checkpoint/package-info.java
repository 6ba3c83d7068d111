/** How far a training has come, as a value and as files: all that is needed to resume it with the same bits. */
package io.lockstep.training.checkpoint;
