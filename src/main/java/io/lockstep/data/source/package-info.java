/** Reads tables of any format, row by row and column by name; the only part of the room that knows Spark SQL. */
package io.lockstep.data.source;
