package io.lockstep.inference;

import io.lockstep.data.Label;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.storage.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The images that a model is most wrong about, the most confident prediction first.
 *
 * @param side pixels of an image
 * @param scale by which a pixel's byte is multiplied to give an input
 */
record Mistakes(List<Mistake> worst, int side, float scale) {
    static final int MOST = 24;
    private static final int SMALLEST_SIDE = 8;

    /** The worst mistakes on rows that are images by their preparation. */
    static Mistakes of(List<Mistake> worst, Preparation images) {
        return new Mistakes(worst, side(images).orElseThrow(), bytes(images).scale());
    }

    /** The side of the images that rows are, if they are bytes that make up a square. */
    static OptionalInt side(Preparation preparation) {
        if (!(preparation.columns().get(0) instanceof ColumnPreparation.Bytes)) {
            return OptionalInt.empty();
        }
        int side = (int) Math.round(Math.sqrt(preparation.valueCount()));
        return side >= SMALLEST_SIDE && side * side == preparation.valueCount()
                ? OptionalInt.of(side)
                : OptionalInt.empty();
    }

    private static ColumnPreparation.Bytes bytes(Preparation preparation) {
        return (ColumnPreparation.Bytes) preparation.columns().get(0);
    }

    /** The content of {@code mistakes.json}. */
    byte[] json(List<Label> classes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("side", side);
        fields.put("mistakes", worst.stream().map(each -> fields(each, classes)).toList());
        return Json.write(fields).getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Object> fields(Mistake mistake, List<Label> classes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("truth", classes.get(mistake.truth()).value());
        fields.put("prediction", classes.get(mistake.prediction()).value());
        fields.put("confidence", mistake.confidence());
        fields.put("pixels", pixels(mistake.inputs())); // in base 64
        return fields;
    }

    private byte[] pixels(float[] inputs) {
        byte[] pixels = new byte[inputs.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(inputs[i] / scale);
        }
        return pixels;
    }
}
