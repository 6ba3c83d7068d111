package io.lockstep;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the word that somebody most likely meant. */
public final class NearestWord {
    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    private NearestWord() {}

    /**
     * The known word that fewest changes make of the given one; empty if that takes more changes than half of the given
     * word has letters, but one change at least is allowed, or if no letter would stay.
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> DISTANCE.apply(word, candidate)))
                .filter(candidate -> DISTANCE.apply(word, candidate) <= Math.max(1, word.length() / 2))
                .filter(candidate -> DISTANCE.apply(word, candidate) < Math.max(word.length(), candidate.length()));
    }
}
