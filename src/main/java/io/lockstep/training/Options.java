package io.lockstep.training;

import io.lockstep.training.Option.Effect;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The options that the components of configuration records, and of records within them, declare by {@link Option}. */
public final class Options {
    private static final String NO_LAYERS = "none";

    /** By type of component; enums are read by the names of their constants. */
    private static final Map<Class<?>, Function<String, Object>> READERS = Map.of(
            int.class, text -> number(text, "a whole number", Integer::valueOf),
            long.class, text -> number(text, "a whole number", Long::valueOf),
            double.class, text -> number(text, "a number", Double::valueOf),
            boolean.class, Options::flag,
            String.class, text -> text,
            List.class, Options::layers,
            OptionalInt.class, text -> OptionalInt.of(number(text, "a whole number", Integer::valueOf)),
            OptionalDouble.class, text -> OptionalDouble.of(number(text, "a number", Double::valueOf)),
            Optional.class, Optional::of);

    /** Values of options without a default that are not given. */
    private static final Map<Class<?>, Object> NOTHING = Map.of(
            boolean.class,
            false,
            String.class,
            "",
            OptionalInt.class,
            OptionalInt.empty(),
            OptionalDouble.class,
            OptionalDouble.empty(),
            Optional.class,
            Optional.empty());

    private Options() {}

    /** One option: the declaration and the type of its values. */
    public record Declaration(Option option, RecordComponent component) {
        public String name() {
            return option.name();
        }

        public boolean isFlag() {
            return component.getType() == boolean.class;
        }

        /** The names of an enum's constants; none for other types. */
        public List<String> candidates() {
            Object[] constants = component.getType().getEnumConstants();
            return constants == null
                    ? List.of()
                    : Arrays.stream(constants).map(Options::text).toList();
        }

        /**
         * Reads a value as it is written on the command line.
         *
         * @throws IllegalArgumentException with what was expected and what was found
         */
        public Object parse(String text) {
            List<String> candidates = candidates();
            if (candidates.isEmpty()) {
                return READERS.get(component.getType()).apply(text); // a location may begin or end with a space
            }
            int index = candidates.indexOf(text.strip().toLowerCase(Locale.ROOT));
            if (index < 0) {
                throw new IllegalArgumentException(
                        "expected one of " + String.join(", ", candidates) + ", found '" + text + "'");
            }
            return component.getType().getEnumConstants()[index];
        }

        private Object defaultValue() {
            return option.defaultValue().isEmpty() ? NOTHING.get(component.getType()) : parse(option.defaultValue());
        }
    }

    /** All options of a record, in the order of its components. */
    public static List<Declaration> of(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component -> component.isAnnotationPresent(Option.class)
                        ? Stream.of(new Declaration(component.getAnnotation(Option.class), component))
                        : of(component.getType()).stream())
                .toList();
    }

    /**
     * Makes a record of values by name; what is not given has its default.
     *
     * @param given as {@link Declaration#parse} reads them
     */
    public static <R extends Record> R create(Class<R> type, Map<String, Object> given) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> value(component, given))
                .toArray();
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (InvocationTargetException failure) {
            throw new IllegalArgumentException(failure.getCause().getMessage(), failure.getCause());
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("a record without its constructor: " + type, failure);
        }
    }

    private static Object value(RecordComponent component, Map<String, Object> given) {
        if (!component.isAnnotationPresent(Option.class)) {
            return create(component.getType().asSubclass(Record.class), given);
        }
        Declaration declaration = new Declaration(component.getAnnotation(Option.class), component);
        return given.containsKey(declaration.name()) ? given.get(declaration.name()) : declaration.defaultValue();
    }

    /** The values of a record by name, as numbers, booleans and texts; what has none is left out. */
    public static Map<String, Object> values(Record config) {
        return values(config, declaration -> true);
    }

    /** As {@link #values(Record)}, of the options with one kind of effect. */
    static Map<String, Object> values(Record config, Effect effect) {
        return values(config, declaration -> declaration.effect() == effect);
    }

    private static Map<String, Object> values(Record config, Function<Option, Boolean> wanted) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            Option option = component.getAnnotation(Option.class);
            Object value = get(component, config);
            if (option == null) {
                values.putAll(values((Record) value, wanted));
            } else if (wanted.apply(option)) {
                present(value).ifPresent(found -> values.put(option.name(), plain(found)));
            }
        }
        return values;
    }

    /** Finds values that are outside of their ranges. */
    static void check(Record config, Problems problems) {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            Option option = component.getAnnotation(Option.class);
            Object value = get(component, config);
            if (option == null) {
                check((Record) value, problems);
            } else if (!option.range().isEmpty()) {
                present(value).ifPresent(found -> {
                    Number number = (Number) found;
                    Interval range = Interval.parse(option.range());
                    problems.expect(
                            range.contains(number.doubleValue()),
                            option.name(),
                            range.describe(!(number instanceof Double)),
                            number);
                });
            }
        }
    }

    /** A value as it is written on the command line. */
    public static String text(Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        if (value instanceof List<?> layers) {
            return layers.isEmpty()
                    ? NO_LAYERS
                    : layers.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return String.valueOf(value);
    }

    private static Object plain(Object value) {
        return value instanceof Enum<?> || value instanceof List<?> ? text(value) : value;
    }

    private static Optional<?> present(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional;
        }
        if (value instanceof OptionalDouble number) {
            return number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty();
        }
        if (value instanceof OptionalInt number) {
            return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
        }
        return Optional.of(value);
    }

    private static Object get(RecordComponent component, Record config) {
        try {
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("a component without its accessor: " + component, failure);
        }
    }

    private static <N> N number(String text, String expected, Function<String, N> reader) {
        try {
            return reader.apply(text.strip());
        } catch (NumberFormatException invalid) {
            throw new IllegalArgumentException("expected " + expected + ", found '" + text + "'", invalid);
        }
    }

    private static boolean flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false, found '" + text + "'");
        };
    }

    /** {@code 256,128}, {@code 784-256-10} or {@code none}. */
    private static List<Integer> layers(String text) {
        if (text.strip().equalsIgnoreCase(NO_LAYERS)) {
            return List.of();
        }
        List<Integer> layers = new ArrayList<>();
        for (String number : text.split("[,-]", -1)) {
            layers.add(number(number, "numbers of units such as 256,128, or '" + NO_LAYERS + "'", Integer::valueOf));
        }
        return layers;
    }
}
