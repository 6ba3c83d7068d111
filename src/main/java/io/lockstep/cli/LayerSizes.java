package io.lockstep.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of units as a person writes them: {@code 256,128}, {@code 784-256-10}, or {@code none}. */
record LayerSizes(List<Integer> sizes) {
    @Override
    public String toString() {
        return sizes.isEmpty() ? "none" : sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Lets picocli read them. */
    static final class Converter implements ITypeConverter<LayerSizes> {
        @Override
        public LayerSizes convert(String text) {
            if (text.strip().equalsIgnoreCase("none")) {
                return new LayerSizes(List.of());
            }
            try {
                return new LayerSizes(Arrays.stream(text.split("[,-]", -1))
                        .map(number -> Integer.valueOf(number.strip()))
                        .toList());
            } catch (NumberFormatException invalid) {
                throw new TypeConversionException(
                        "expected numbers of units such as 256,128, or 'none', found '" + text + "'");
            }
        }
    }
}
