package io.lockstep.report;

import io.lockstep.storage.Directory;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.training.RunRecord;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * The weights of the first layer as one picture, in which each unit has a square of as many pixels as there are
 * features: red where a bright pixel excites the unit, blue where it inhibits it, white where it does not matter.
 *
 * @param units how many are shown, the first of the layer
 * @param side pixels of a unit's square
 * @param png the picture, with a pixel between squares
 */
record FirstLayer(int units, int side, byte[] png) {
    private static final String WEIGHTS = "weights.safetensors";
    private static final String TENSOR = "layers.0.weight";
    private static final int MOST_UNITS = 64;
    private static final int COLUMNS = 8;
    private static final int FEWEST_FEATURES = 64;
    private static final int HANDWRITTEN_DIGIT = 784;
    private static final int MOST_BYTES = 256 << 20;
    private static final Set<Object> PERHAPS_IMAGES = Set.of("idx", "auto");
    private static final int POSITIVE = 0xb2182b;
    private static final int NEGATIVE = 0x2166ac;
    private static final int BETWEEN = 0x808080;

    /** Draws it if the features are the pixels of a square image: 784 of any format, or from 64 on in IDX files. */
    static Optional<FirstLayer> read(Directory model, RunRecord record) throws IOException {
        int features = record.data().features();
        int side = (int) Math.round(Math.sqrt(features));
        boolean images = features == HANDWRITTEN_DIGIT
                || features >= FEWEST_FEATURES
                        && PERHAPS_IMAGES.contains(record.config().getOrDefault("format", ""));
        if (!images || side * side != features || !model.files().contains(WEIGHTS)) {
            return Optional.empty();
        }
        String where = model.file(WEIGHTS).toString();
        for (Tensor tensor :
                Safetensors.decode(model.read(WEIGHTS, MOST_BYTES), where).tensors()) {
            if (tensor.name().equals(TENSOR) && tensor.shape().get(0) == features) {
                return Optional.of(draw(tensor.values(), side));
            }
        }
        return Optional.empty();
    }

    /** @param weights (features × units), row by row */
    static FirstLayer draw(float[] weights, int side) throws IOException {
        int units = weights.length / (side * side);
        int shown = Math.min(MOST_UNITS, units);
        int columns = Math.min(COLUMNS, shown);
        int rows = (shown + columns - 1) / columns;
        BufferedImage image =
                new BufferedImage(columns * (side + 1) - 1, rows * (side + 1) - 1, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                image.setRGB(x, y, BETWEEN);
            }
        }
        for (int unit = 0; unit < shown; unit++) {
            double largest = Double.MIN_NORMAL;
            for (int i = unit; i < weights.length; i += units) {
                largest = Math.max(largest, Math.abs(weights[i]));
            }
            for (int pixel = 0; pixel < side * side; pixel++) {
                int x = unit % columns * (side + 1) + pixel % side;
                int y = unit / columns * (side + 1) + pixel / side;
                image.setRGB(x, y, color(weights[pixel * units + unit] / largest));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return new FirstLayer(shown, side, png.toByteArray());
    }

    String dataUri() {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }

    /** @param value from -1 to 1 */
    private static int color(double value) {
        int full = value > 0 ? POSITIVE : NEGATIVE;
        double part = Double.isFinite(value) ? Math.abs(value) : 0;
        int color = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int channel = full >> shift & 0xff;
            color |= (int) Math.round(255 + (channel - 255) * part) << shift;
        }
        return color;
    }
}
