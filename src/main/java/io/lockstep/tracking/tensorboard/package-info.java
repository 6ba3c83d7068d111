/** Event files, as TensorBoard reads them. */
package io.lockstep.tracking.tensorboard;
