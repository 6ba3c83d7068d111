/** A Spark job an epoch, with tasks that stay and talk to the driver. */
package io.lockstep.distributed.resident;
