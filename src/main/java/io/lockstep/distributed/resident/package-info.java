/** One Spark job for a whole training, with tasks that stay and talk to the driver. */
package io.lockstep.distributed.resident;
