package io.lockstep.distributed;

import io.lockstep.nn.LossSum;
import java.nio.ByteBuffer;

/** A {@link LossSum} as bytes: the loss sum, the correct weight and the weight as float64, the examples as int64. */
final class LossSumCodec {
    static final int BYTES = 3 * Double.BYTES + Long.BYTES;

    private LossSumCodec() {}

    static void put(LossSum sum, ByteBuffer bytes) {
        bytes.putDouble(sum.lossSum()).putDouble(sum.correctWeight()).putDouble(sum.weight());
        bytes.putLong(sum.exampleCount());
    }

    /**
     * Reads what {@link #put} has written.
     *
     * @param most examples that there can be
     * @throws WrongMessageException for sums that no examples have; the loss may be any number
     */
    static LossSum get(ByteBuffer bytes, long most) {
        LossSum sum = new LossSum(bytes.getDouble(), bytes.getDouble(), bytes.getDouble(), bytes.getLong());
        WrongMessageException.unless(
                sum.consistent() && sum.exampleCount() <= most,
                "expected the weights of up to %d examples, found %s correct of %s in %d examples",
                most,
                sum.correctWeight(),
                sum.weight(),
                sum.exampleCount());
        return sum;
    }
}
