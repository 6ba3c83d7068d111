/**
 * One synchronous step, and evaluation, over the shards: the contract and what all engines share. An engine is a
 * package below, and {@code choice} names them all.
 */
package io.lockstep.distributed;
