package io.lockstep.data;

import io.lockstep.NearestWord;
import java.util.Collection;

/** Says of a column that a table has not, what may have been meant. */
public final class MissingColumn {
    private static final int MOST_NAMES = 20;

    private MissingColumn() {}

    /**
     * What to say after "found none": the nearest of the table's columns, or else those that there are.
     *
     * @param names of the table's columns
     */
    public static String advice(String name, Collection<String> names) {
        if (names.size() == 1) { // which may be all names of the header together, and near to one of them
            return ", only " + names + "; are its fields parted by another --csv-delimiter?";
        }
        return NearestWord.to(name, names)
                .map(near -> "; did you mean '" + near + "'?")
                .orElseGet(() -> ", only "
                        + names.stream()
                                .sorted(NaturalOrder.OF_NAMES)
                                .limit(MOST_NAMES)
                                .toList()
                        + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : ""));
    }
}
