/** Column-major float algebra; the only room that knows Breeze and netlib, and which BLAS runs. */
package io.lockstep.linalg;
