package io.lockstep.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.LockstepException;
import io.lockstep.inference.EvaluationFiles;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Images that the model is most wrong about, as {@code mistakes.json} of an evaluation has them.
 *
 * @param mistakes the most confident prediction first
 */
record MistakeImages(List<Image> mistakes) {
    private static final int LARGEST_SIDE = 1024;

    /**
     * An image that is taken for another class than its own.
     *
     * @param confidence the probability of the predicted class
     * @param png dark on white, as ink on paper
     */
    record Image(String truth, String prediction, double confidence, byte[] png) {
        String dataUri() {
            return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
        }
    }

    /**
     * Reads the file from the directory of an evaluation, if it is there.
     *
     * @throws LockstepException of kind {@code DATA} if it is not JSON, or has no square images
     */
    static Optional<MistakeImages> read(Directory evaluation) throws IOException {
        if (!evaluation.files().contains(EvaluationFiles.MISTAKES)) {
            return Optional.empty();
        }
        String where = evaluation.file(EvaluationFiles.MISTAKES).toString();
        JsonNode json = Json.read(
                evaluation.read(EvaluationFiles.MISTAKES, EvaluationRecord.MAX_BYTES),
                EvaluationRecord.MAX_BYTES,
                where);
        int side = json.path("side").asInt();
        List<Image> mistakes = new ArrayList<>();
        for (JsonNode each : json.path("mistakes")) {
            byte[] pixels = pixels(each.path("pixels").asText());
            if (side < 1 || side > LARGEST_SIDE || pixels.length != side * side) {
                throw LockstepException.data(where + ": expected images of " + side + " × " + side
                        + " pixels, found one of " + pixels.length);
            }
            mistakes.add(new Image(
                    each.path("truth").asText(),
                    each.path("prediction").asText(),
                    each.path("confidence").asDouble(Double.NaN),
                    png(pixels, side)));
        }
        return Optional.of(new MistakeImages(mistakes));
    }

    private static byte[] pixels(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException invalid) {
            return new byte[0]; // which is no image
        }
    }

    private static byte[] png(byte[] pixels, int side) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < pixels.length; i++) {
            image.getRaster().setSample(i % side, i / side, 0, 255 - (pixels[i] & 0xff));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }
}
