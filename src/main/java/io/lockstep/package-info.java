/** The ground that every room stands on: user-facing failures, named random streams, atomic files. */
package io.lockstep;
