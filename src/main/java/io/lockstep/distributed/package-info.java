/** One synchronous step, and evaluation, over the shards. */
package io.lockstep.distributed;
