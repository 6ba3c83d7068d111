package io.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.Split;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlotsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 12, 200})
    void bothPanelsShowTrainingInRedAndValidationInBlue(int epochs) throws IOException {
        BufferedImage image = image(rows(epochs, true));
        for (int panel = 0; panel < 2; panel++) {
            assertThat(pixels(image, panel, true)).isPositive();
            assertThat(pixels(image, panel, false)).isPositive();
        }
    }

    @Test
    void withoutValidationThereIsNoBlue() throws IOException {
        BufferedImage image = image(rows(5, false));
        assertThat(pixels(image, 0, true)).isPositive();
        assertThat(pixels(image, 0, false)).isZero();
    }

    private static BufferedImage image(List<MetricsRow> rows) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Plots.png(rows)));
    }

    private static int pixels(BufferedImage image, int panel, boolean red) {
        int count = 0;
        int width = image.getWidth() / 2;
        for (int x = panel * width; x < (panel + 1) * width; x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                int rgb = image.getRGB(x, y);
                int excess = (rgb >> 16 & 0xff) - (rgb & 0xff);
                count += (red ? excess : -excess) > 100 ? 1 : 0;
            }
        }
        return count;
    }

    private static List<MetricsRow> rows(int epochs, boolean validation) {
        List<MetricsRow> rows = new ArrayList<>();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            EpochRecord at = new EpochRecord(epoch, epoch, 0.1, 1, epoch, Instant.EPOCH);
            rows.add(row(at, Split.TRAIN, 1.0 / epoch, 0.9));
            if (validation) {
                rows.add(row(at, Split.VALIDATION, 1.2 / epoch, 0.8));
            }
        }
        return rows;
    }

    private static MetricsRow row(EpochRecord at, Split split, double loss, double accuracy) {
        return new MetricsRow("run", at, split, new MetricsRow.Means(10, loss, 0, accuracy, 1), EpochTimes.ZERO);
    }
}
