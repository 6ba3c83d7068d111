package io.lockstep.model;

/** Where a model comes from; each a text that a person can compare. */
public record Provenance(String runId, String lockstepVersion, String trainedAt, String dataFingerprint) {}
