/** What every room uses: user-facing failures, named random streams, Hadoop's paths. */
package io.lockstep;
