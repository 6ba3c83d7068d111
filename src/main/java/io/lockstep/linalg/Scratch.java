package io.lockstep.linalg;

/** Memory for numbers between two steps of a computation, which grows as needed and is used again. */
final class Scratch {
    private float[] numbers = new float[0];

    /** At least so many numbers, of any value. */
    float[] atLeast(int count) {
        if (numbers.length < count) {
            numbers = new float[count];
        }
        return numbers;
    }
}
