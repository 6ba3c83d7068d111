package io.lockstep.data.source;

import java.io.Serializable;

/**
 * A column of a table.
 *
 * @param holds what its values are, in words that follow "holds"; for messages
 */
public record TableColumn(String name, Type type, String holds) implements Serializable {
    /** What the values of a column are; each may also be missing. */
    public enum Type {
        /** Whole numbers of up to 64 bits. */
        INTEGER("whole numbers"),
        /** Other numbers. */
        NUMBER("numbers"),
        BOOLEAN("truth values"),
        /** Texts that are meant as texts. */
        TEXT("texts"),
        /**
         * Texts from a format without types (CSV, names of directories): what they mean, all values together decide.
         */
        WRITTEN("texts"),
        /** Arrays of numbers, and Spark's vectors. */
        ARRAY("arrays of numbers"),
        /** Nothing that a network can learn from; the column can only be left out. */
        OTHER("values of another type");

        private final String holds;

        Type(String holds) {
            this.holds = holds;
        }
    }

    public TableColumn(String name, Type type) {
        this(name, type, type.holds);
    }
}
