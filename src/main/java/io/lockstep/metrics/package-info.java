/** Names, computes and delivers numbers: the rows of the metrics table, and its Parquet files. */
package io.lockstep.metrics;
