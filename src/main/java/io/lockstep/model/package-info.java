/** Durable formats: the trained model as safetensors and JSON; no Java serialisation on disk. */
package io.lockstep.model;
