/** Files on any Hadoop file system, each complete or absent, and what they hold: JSON, safetensors, digests. */
package io.lockstep.storage;
