package io.lockstep.report;

import io.lockstep.data.Split;
import io.lockstep.metrics.MetricsRow;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Loss and accuracy per epoch side by side: training red, validation blue. */
public final class Plots {
    private static final int PANEL_WIDTH = 640;
    private static final int PANEL_HEIGHT = 480;
    private static final Map<Split, Color> COLORS =
            Map.of(Split.TRAIN, new Color(0xd62728), Split.VALIDATION, new Color(0x1f77b4));
    private static final Map<Split, String> NAMES = Map.of(Split.TRAIN, "training", Split.VALIDATION, "validation");
    private static final int MAX_EPOCHS_WITH_MARKERS = 60;

    private Plots() {}

    /** Draws the recorded metrics as a PNG image of 1280 × 480 pixels. */
    public static byte[] png(List<MetricsRow> rows) throws IOException {
        BufferedImage image = new BufferedImage(2 * PANEL_WIDTH, PANEL_HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            panel("Loss (cross-entropy + penalty)", "loss", rows, MetricsRow::loss)
                    .paint(graphics, PANEL_WIDTH, PANEL_HEIGHT);
            graphics.translate(PANEL_WIDTH, 0);
            panel("Accuracy", "accuracy", rows, MetricsRow::accuracy).paint(graphics, PANEL_WIDTH, PANEL_HEIGHT);
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static XYChart panel(
            String title, String quantity, List<MetricsRow> rows, ToDoubleFunction<MetricsRow> value) {
        XYChart chart = new XYChartBuilder()
                .width(PANEL_WIDTH)
                .height(PANEL_HEIGHT)
                .title(title)
                .xAxisTitle("epoch")
                .yAxisTitle(quantity)
                .build();
        chart.getStyler()
                .setXAxisDecimalPattern("0")
                .setYAxisDecimalPattern("0.000")
                .setLocale(Locale.ROOT)
                .setChartBackgroundColor(Color.WHITE)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal);
        for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
            List<MetricsRow> line =
                    rows.stream().filter(row -> row.split() == split).toList();
            if (!line.isEmpty()) {
                double[] epochs =
                        line.stream().mapToDouble(row -> row.at().epoch()).toArray();
                double[] values = line.stream().mapToDouble(value).toArray();
                XYSeries series = chart.addSeries(NAMES.get(split), epochs, values);
                series.setLineColor(COLORS.get(split));
                series.setLineStyle(new BasicStroke(2f));
                series.setMarkerColor(COLORS.get(split));
                series.setMarker(line.size() <= MAX_EPOCHS_WITH_MARKERS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
            }
        }
        return chart;
    }
}
