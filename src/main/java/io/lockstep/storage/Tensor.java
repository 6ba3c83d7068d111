package io.lockstep.storage;

import java.util.List;

/**
 * A named array of float32 with a shape.
 *
 * @param values row-major, as many as the product of the shape
 */
public record Tensor(String name, List<Integer> shape, float[] values) {
    public Tensor {
        shape = List.copyOf(shape);
        long expected = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (expected != values.length) {
            throw new IllegalArgumentException(
                    name + ": expected " + expected + " values for shape " + shape + ", found " + values.length);
        }
    }

    public static Tensor vector(String name, float[] values) {
        return new Tensor(name, List.of(values.length), values);
    }
}
