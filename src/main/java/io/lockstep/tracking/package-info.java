/** Shows the figures of a run elsewhere while it trains: in TensorBoard and MLflow. A tracker never fails a run. */
package io.lockstep.tracking;
