/** A Spark job a step. */
package io.lockstep.distributed.aggregate;
