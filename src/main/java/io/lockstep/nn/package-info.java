/** The network as pure functions of parameters and a batch; no Spark. */
package io.lockstep.nn;
