/** From files to cached shards: sources, the split, sharding, slices. */
package io.lockstep.data;
