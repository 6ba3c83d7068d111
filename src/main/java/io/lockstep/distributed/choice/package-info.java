/** Which engine trains: the only package that knows all of them. */
package io.lockstep.distributed.choice;
