/** Files on any Hadoop file system, each complete or absent. */
package io.lockstep.storage;
