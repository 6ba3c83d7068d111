/** Parses, wires, and maps failures to exit codes; the only place that creates the Spark context. */
package io.lockstep.cli;
