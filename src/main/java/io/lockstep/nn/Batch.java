package io.lockstep.nn;

/** Examples side by side, one a column, in buffers that grow as needed and are reused. */
public final class Batch {
    private final int featureCount;
    private float[] features = new float[0];
    private int[] labels = new int[0];
    private int rows;

    public Batch(int featureCount) {
        this.featureCount = featureCount;
    }

    /** Makes room for {@code rows} examples, whose features and labels the caller then writes. */
    public void resize(int rows) {
        if (labels.length < rows) {
            features = new float[Math.multiplyExact(featureCount, rows)];
            labels = new int[rows];
        }
        this.rows = rows;
    }

    public int featureCount() {
        return featureCount;
    }

    public int rows() {
        return rows;
    }

    /** The features of the examples, (features × rows) from index 0; may be longer than that. */
    public float[] features() {
        return features;
    }

    /** The class of each example, in [0, classes); may be longer than {@link #rows}. */
    public int[] labels() {
        return labels;
    }
}
