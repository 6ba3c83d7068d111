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
     * The known word that fewest changes make of the given one; empty if that takes more than two changes, and more
     * than half as many as the given word has letters.
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> DISTANCE.apply(word, candidate)))
                .filter(candidate -> DISTANCE.apply(word, candidate) <= Math.max(2, word.length() / 2));
    }
}
