package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.data.prepare.InputColumn;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.data.source.TableColumn;
import io.lockstep.data.source.TableColumn.Type;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds what the columns of the training data are for.
 *
 * @param place of the training data, for messages
 */
record LayoutFinder(String place, TableOptions options) {
    /** A column with at least this part of numbers was meant to have nothing else. */
    private static final double MOSTLY_NUMBERS = 0.5;

    /** Which columns are read; for now, an input's kind is that of its type, and the label's type is text. */
    TableLayout columns(List<TableColumn> columns) {
        Set<String> names = columns.stream().map(TableColumn::name).collect(Collectors.toSet());
        require(names, List.of(options.label()), "label-column");
        require(names, options.weight().stream().toList(), "weight-column");
        require(names, options.splitBy(), "split-by");
        require(names, options.features(), "feature-columns");
        require(names, options.excluded(), "exclude-columns");
        Set<String> others = new HashSet<>();
        Stream.of(List.of(options.label()), options.weight().stream().toList(), options.splitBy())
                .flatMap(List::stream)
                .filter(name -> !others.add(name))
                .findFirst()
                .ifPresent(name -> {
                    throw LockstepException.configuration("--label-column, --weight-column, --split-by: expected a"
                            + " column for one use, found '" + name + "' twice");
                });
        options.features().stream().filter(others::contains).findFirst().ifPresent(name -> {
            throw LockstepException.configuration("--feature-columns: expected columns without another use, found '"
                    + name + "', which is the label, the weight or a key of --split-by");
        });
        others.addAll(options.excluded());
        List<InputColumn> inputs = columns.stream()
                .filter(column ->
                        options.features().isEmpty() || options.features().contains(column.name()))
                .filter(column -> !others.contains(column.name()))
                .sorted(Comparator.comparing(TableColumn::name, NaturalOrder.OF_NAMES))
                .map(this::input)
                .toList();
        if (inputs.isEmpty()) {
            throw LockstepException.data(place + ": expected columns to learn from, found only " + names);
        }
        require(
                inputs.stream().map(InputColumn::name).collect(Collectors.toSet()),
                options.categorical(),
                "categorical-columns");
        return new TableLayout(
                inputs, options.label(), Type.TEXT, options.weight().orElse(""), options.splitBy());
    }

    private InputColumn input(TableColumn column) {
        if (column.type() == Type.OTHER) {
            throw LockstepException.data(place + ": column '" + column.name()
                    + "': expected numbers, texts, truth values or"
                    + " arrays of numbers, found that it holds " + column.holds()
                    + "; leave it out by --exclude-columns '" + column.name()
                    + "', or turn it into one of these");
        }
        boolean category = column.type() == Type.TEXT || options.categorical().contains(column.name());
        InputColumn.Kind kind = column.type() == Type.ARRAY
                ? InputColumn.Kind.ARRAY
                : category ? InputColumn.Kind.CATEGORY : InputColumn.Kind.NUMBER;
        return new InputColumn(column.name(), kind, 1);
    }

    /** @throws LockstepException of kind {@code DATA} if the inputs are not the columns of a preparation */
    void requireInputs(Preparation preparation, TableLayout columns) {
        List<String> expected =
                preparation.columns().stream().map(ColumnPreparation::name).toList();
        List<String> found = columns.inputs().stream().map(InputColumn::name).toList();
        if (!found.equals(expected)) {
            throw LockstepException.data(place + ": expected the columns of the model of --init-from, " + expected
                    + ", found " + found + "; choose them by --feature-columns");
        }
    }

    /** The layout as all training rows together decide. */
    TableLayout decide(TableLayout columns, Survey survey) {
        if (survey.rows() == 0) {
            throw LockstepException.data(place + ": expected rows"
                    + options.weight().map(weight -> " with a weight above 0").orElse("") + ", found none");
        }
        requireNothingMissing(survey);
        List<InputColumn> inputs = Stream.iterate(0, i -> i < columns.inputs().size(), i -> i + 1)
                .map(i -> decide(columns.inputs().get(i), survey.inputs().get(i)))
                .toList();
        return new TableLayout(inputs, columns.label(), labelType(survey.label()), columns.weight(), columns.splitBy());
    }

    private InputColumn decide(InputColumn input, Survey.ColumnSurvey found) {
        boolean written = found.column().type() == Type.WRITTEN;
        if (found.column().type() == Type.ARRAY) {
            if (found.width() == 0) {
                throw LockstepException.data(
                        place + ": column '" + input.name() + "': expected arrays of numbers, found only empty ones");
            }
            return new InputColumn(input.name(), InputColumn.Kind.ARRAY, found.width());
        }
        if (!written
                || input.kind() == InputColumn.Kind.CATEGORY
                || found.areAllNumbers()
                || found.areAllTruthValues()) {
            return input;
        }
        if (!found.hasLeadingZeros() && found.numbers() >= MOSTLY_NUMBERS * found.present()) {
            throw LockstepException.data(place + ": column '" + input.name() + "': expected numbers, as "
                    + found.numbers() + " of its " + found.present() + " values are, found " + found.firstText()
                    + "; correct it, write nothing where a value is missing, or name the column in"
                    + " --categorical-columns");
        }
        return new InputColumn(input.name(), InputColumn.Kind.CATEGORY, 1);
    }

    private void requireNothingMissing(Survey survey) {
        Survey.ColumnSurvey label = survey.label();
        if (label.missing() > 0) {
            throw LockstepException.data(label.firstMissing() + ": column '"
                    + label.column().name() + "': expected a label in each row, found " + label.missing()
                    + " rows without, of which this is the first");
        }
        List<Survey.ColumnSurvey> missing =
                survey.inputs().stream().filter(column -> column.missing() > 0).toList();
        if (!missing.isEmpty() && !options.replaceMissing()) {
            Survey.ColumnSurvey first = missing.get(0);
            throw LockstepException.data(first.firstMissing() + ": expected a value in each row, found "
                    + missing.stream()
                            .map(column -> column.missing() + " missing in column '"
                                    + column.column().name() + "'")
                            .collect(Collectors.joining(", "))
                    + "; use --missing mean, or leave columns out by --exclude-columns");
        }
    }

    private Type labelType(Survey.ColumnSurvey label) {
        return switch (label.column().type()) {
            case INTEGER -> Type.INTEGER;
            case BOOLEAN -> Type.BOOLEAN;
            case TEXT -> Type.TEXT;
            case WRITTEN -> label.areAllIntegers() ? Type.INTEGER : Type.TEXT;
            case NUMBER -> {
                if (!label.areAllIntegers()) {
                    throw LockstepException.data(
                            place + ": column '" + label.column().name()
                                    + "': expected labels that are whole numbers, texts or truth values, found "
                                    + label.firstText());
                }
                yield Type.INTEGER;
            }
            case ARRAY, OTHER ->
                throw LockstepException.data(
                        place + ": column '" + label.column().name()
                                + "': expected labels that are whole numbers, texts or truth values, found another type");
        };
    }

    private void require(Collection<String> names, List<String> wanted, String option) {
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw LockstepException.data(place + ": --" + option + ": expected a column '" + name + "', found none"
                        + MissingColumn.advice(name, names));
            }
        }
    }
}
