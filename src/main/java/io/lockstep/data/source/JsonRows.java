package io.lockstep.data.source;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The rows of a part of a file of JSON lines. */
final class JsonRows implements Rows, TableRow {
    private final JsonLines objects;
    private final List<Source.Column> columns;
    private final JsonValue[] values; // by column
    private final Map<String, JsonValue> byName = new HashMap<>();

    JsonRows(JsonLines objects, List<Source.Column> columns) {
        this.objects = objects;
        this.columns = columns;
        values = columns.stream()
                .map(column -> byName.computeIfAbsent(column.name(), any -> new JsonValue()))
                .toArray(JsonValue[]::new);
    }

    @Override
    public boolean next() throws IOException {
        for (JsonValue value : values) {
            value.clear();
        }
        return objects.next(byName::get);
    }

    @Override
    public TableRow row() {
        return this;
    }

    @Override
    public void close() throws IOException {
        objects.close();
    }

    @Override
    public boolean isMissing(int column) {
        return values[column].kind() == JsonValue.Kind.MISSING;
    }

    @Override
    public long integer(int column) {
        return values[column].whole();
    }

    @Override
    public double number(int column) {
        Double number = values[column].number();
        if (number == null) {
            throw Numbers.inexact(place(), columns.get(column).name(), values[column].text());
        }
        return number;
    }

    @Override
    public String text(int column) {
        return values[column].text();
    }

    @Override
    public int length(int column) {
        return values[column].count();
    }

    @Override
    public void forEachValue(int column, ArrayValue each) {
        JsonValue array = values[column];
        if (array.inexact() != null) {
            throw Numbers.inexact(place(), columns.get(column).name(), array.inexact());
        }
        for (int i = 0; i < array.count(); i++) {
            each.accept(i, array.value(i));
        }
    }

    @Override
    public Object value(int column) {
        JsonValue value = values[column];
        if (isMissing(column)) {
            return null;
        }
        return switch (columns.get(column).column().type()) {
            case INTEGER -> value.whole();
            case NUMBER -> number(column);
            case BOOLEAN -> value.whole() == 1;
            case ARRAY ->
                scala.jdk.javaapi.CollectionConverters.asScala(Arrays.asList(IntStream.range(0, value.count())
                                .mapToObj(i -> (Object) value.value(i))
                                .toArray()))
                        .toSeq();
            default -> value.text();
        };
    }

    @Override
    public String file() {
        return objects.lines().file();
    }

    @Override
    public String place() {
        return objects.lines().place();
    }
}
