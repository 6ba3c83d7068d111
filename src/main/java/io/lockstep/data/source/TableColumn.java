package io.lockstep.data.source;

import java.io.Serializable;

/** A column of a table. */
public record TableColumn(String name, Type type) implements Serializable {
    /** What the values of a column are; each may also be missing. */
    public enum Type {
        /** Whole numbers of up to 64 bits. */
        INTEGER,
        /** Other numbers. */
        NUMBER,
        BOOLEAN,
        /** Texts that are meant as texts. */
        TEXT,
        /** Texts from a format without types (CSV, names of directories): what they mean, all values together decide. */
        WRITTEN,
        /** Arrays of numbers, and Spark's vectors. */
        ARRAY,
        /** Nothing that a network can learn from; the column can only be left out. */
        OTHER
    }
}
