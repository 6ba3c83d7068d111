package io.lockstep.data;

import io.lockstep.data.prepare.InputColumn;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.data.source.TableColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What the columns of a table are for, and what their values are taken for; learned from the training rows, for all
 * rows.
 *
 * @param inputs in the natural order of their names
 * @param label the label's column
 * @param labelType INTEGER, BOOLEAN or TEXT
 * @param weight the column of weights; empty if rows have none
 * @param splitBy columns of the key by which rows go to validation; if empty, their content decides
 */
record TableLayout(
        List<InputColumn> inputs, String label, TableColumn.Type labelType, String weight, List<String> splitBy)
        implements Serializable {
    TableLayout {
        inputs = List.copyOf(inputs);
        splitBy = List.copyOf(splitBy);
    }

    /** Values of a row's inputs. */
    int valueCount() {
        return inputs.stream().mapToInt(InputColumn::width).reduce(0, Math::addExact);
    }

    /** The same with inputs as a preparation takes them. */
    TableLayout withInputsOf(Preparation preparation) {
        return new TableLayout(
                preparation.columns().stream().map(InputColumn::of).toList(), label, labelType, weight, splitBy);
    }

    boolean hasWeights() {
        return !weight.isEmpty();
    }

    /** All columns that are read: inputs, label, weight, key. */
    List<String> columns(boolean withKey) {
        List<String> columns =
                new ArrayList<>(inputs.stream().map(InputColumn::name).toList());
        columns.add(label);
        if (hasWeights()) {
            columns.add(weight);
        }
        if (withKey) {
            columns.addAll(splitBy);
        }
        return columns;
    }

    CanonicalRows rows() {
        return new CanonicalRows(labelType == TableColumn.Type.BOOLEAN);
    }
}
