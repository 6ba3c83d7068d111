/** MLflow's tracking server, by its REST API. */
package io.lockstep.tracking.mlflow;
