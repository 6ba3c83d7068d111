package io.lockstep.inference;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.model.TrainedModel;
import io.lockstep.nn.Workspace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Scores rows, some at a time, in their order.
 *
 * @param <T> a row of the source, valid only until the next one is asked for
 */
final class BatchScorer<T> implements Iterator<ScoredRow> {
    /** Reads a row. */
    interface Reader<T> {
        /**
         * Writes the row's inputs, and says what else is to be kept of it.
         *
         * @param inputs where to write them
         * @param offset index of the first
         * @return the row without probabilities; with a problem if it cannot be scored
         */
        ScoredRow read(T row, float[] inputs, int offset);
    }

    private static final int AT_ONCE = 256;

    private final Iterator<T> rows;
    private final TrainedModel model;
    private final Reader<T> reader;
    private final Workspace workspace;
    private final Deque<ScoredRow> scored = new ArrayDeque<>();

    BatchScorer(Iterator<T> rows, TrainedModel model, Reader<T> reader) {
        this.rows = rows;
        this.model = model;
        this.reader = reader;
        this.workspace = Workspace.ofThread(model.network().layers(), Arithmetic.EXACT);
    }

    @Override
    public boolean hasNext() {
        if (scored.isEmpty() && rows.hasNext()) {
            score();
        }
        return !scored.isEmpty();
    }

    @Override
    public ScoredRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return scored.removeFirst();
    }

    private void score() {
        int inputCount = model.network().featureCount();
        List<ScoredRow> read = new ArrayList<>();
        workspace.batch().resize(AT_ONCE);
        float[] inputs = workspace.batch().features();
        int count = 0;
        while (read.size() < AT_ONCE && rows.hasNext()) {
            ScoredRow row = reader.read(rows.next(), inputs, count * inputCount);
            read.add(row);
            count += row.problem() == null ? 1 : 0;
        }
        workspace.batch().resize(count);
        float[] probabilities = model.network().probabilities(model.parameters(), workspace);
        int classes = model.classes().size();
        int column = 0;
        for (ScoredRow row : read) {
            if (row.problem() == null) {
                float[] own = Arrays.copyOfRange(probabilities, column, column + classes);
                scored.add(new ScoredRow(row.kept(), own, row.truth(), row.weight(), null));
                column += classes;
            } else {
                scored.add(row);
            }
        }
    }
}
