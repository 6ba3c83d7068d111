package io.lockstep.linalg;

/** Memory for numbers between two steps of a computation, which grows as needed and is used again. */
final class Scratch {
    private float[] numbers = new float[0];

    /** An array of {@code count} numbers or more; what they are is left over from earlier use. */
    float[] atLeast(int count) {
        if (numbers.length < count) {
            numbers = new float[count];
        }
        return numbers;
    }
}
