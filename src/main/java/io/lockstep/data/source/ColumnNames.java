package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Checks the names of the columns of a table's files; they are the same or not by upper and lower case too. */
final class ColumnNames {
    private ColumnNames() {}

    /**
     * @throws LockstepException of kind {@code DATA} if a name is empty, is there twice, or is that of a directory too
     */
    static void requireDistinct(TableFile file, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
                throw LockstepException.data(
                        file.path() + ": expected printable names of columns, found '" + name.replace('\n', ' ') + "'");
            }
            if (!seen.add(name)) {
                throw LockstepException.data(
                        file.path() + ": expected columns of different names, found '" + name + "' twice");
            }
            if (file.directories().containsKey(name)) {
                throw LockstepException.data(file.path() + ": expected columns of other names than its directories' "
                        + file.directories().keySet() + ", found '" + name + "' in both");
            }
        }
    }

    /** @throws LockstepException of kind {@code DATA} if a name is missing in a file, or is there only */
    static void requireSame(TableFile first, List<String> expected, TableFile file, List<String> found) {
        Set<String> missing = new LinkedHashSet<>(expected);
        found.forEach(missing::remove);
        Set<String> extra = new LinkedHashSet<>(found);
        expected.forEach(extra::remove);
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw LockstepException.data(file.path() + ": expected the columns of " + first.path()
                    + (missing.isEmpty() ? "" : ", found none called '" + String.join("', '", missing) + "'")
                    + (extra.isEmpty() ? "" : ", found '" + String.join("', '", extra) + "' too"));
        }
    }
}
