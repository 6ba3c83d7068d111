/** Trained models for other programs, as ONNX; the only room that knows it. */
package io.lockstep.export;
