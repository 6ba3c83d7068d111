package io.lockstep.tracking.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;

/**
 * The messages of TensorFlow's event.proto and summary.proto that scalars need, as records of an event file. They are
 * written field by field, because the libraries that have their classes bring TensorFlow with them, or are old.
 */
final class Event {
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;
    private static final int SESSION_LOG_STATUS = 1;
    private static final int STATUS_START = 1;

    private Event() {}

    /** What writes fields of a message. */
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /** The first record of every file. */
    static byte[] fileVersion(Instant at) {
        return record(at, out -> out.writeString(FILE_VERSION, "brain.Event:2"));
    }

    /** Makes readers forget all that earlier files say of this step and those after it. */
    static byte[] start(Instant at, long step) {
        byte[] start = message(out -> out.writeEnum(SESSION_LOG_STATUS, STATUS_START));
        return record(at, out -> {
            out.writeInt64(STEP, step);
            out.writeByteArray(SESSION_LOG, start);
        });
    }

    /** @param values by tag; TensorBoard knows them in single precision */
    static byte[] scalars(Instant at, long step, Map<String, Double> values) {
        byte[] summary = message(out -> {
            for (Map.Entry<String, Double> value : values.entrySet()) {
                out.writeByteArray(SUMMARY_VALUE, message(each -> {
                    each.writeString(VALUE_TAG, value.getKey());
                    each.writeFloat(VALUE_SIMPLE_VALUE, value.getValue().floatValue());
                }));
            }
        });
        return record(at, out -> {
            out.writeInt64(STEP, step);
            out.writeByteArray(SUMMARY, summary);
        });
    }

    private static byte[] record(Instant at, Fields fields) {
        return TfRecord.of(message(out -> {
            out.writeDouble(WALL_TIME, at.toEpochMilli() / 1e3);
            fields.writeTo(out);
        }));
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException impossible) { // in memory
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
