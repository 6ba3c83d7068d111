package io.lockstep.model;

import io.lockstep.linalg.Arithmetic;
import java.io.Serializable;
import java.util.List;

/**
 * Where a model comes from; each a text that a person can compare.
 *
 * @param labelColumn the column of the table that the model predicts; empty if it was trained on files without columns
 * @param arithmetic how products were rounded in training
 * @param initialisedFrom the digests of the weights that training began with, if not with random ones, the newest
 *     first: those of the model that it was given, of the one which that began with, and so on
 */
public record Provenance(
        String runId,
        String lockstepVersion,
        String trainedAt,
        String dataFingerprint,
        String labelColumn,
        Arithmetic arithmetic,
        List<String> initialisedFrom)
        implements Serializable {
    public Provenance {
        initialisedFrom = List.copyOf(initialisedFrom);
    }
}
