package io.lockstep.report;

import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Loss and accuracy per epoch side by side: training red, validation blue. */
public final class Plots {
    private static final int PANEL_WIDTH = 640;
    private static final int PANEL_HEIGHT = 480;
    private static final Map<Split, Color> COLORS =
            Map.of(Split.TRAIN, new Color(0xd62728), Split.VALIDATION, new Color(0x1f77b4));
    private static final int MAX_EPOCHS_WITH_MARKERS = 60;

    private Plots() {}

    /** Draws the recorded metrics as a PNG image of 1280 × 480 pixels. */
    public static byte[] png(List<MetricsRow> rows) throws IOException {
        BufferedImage image = new BufferedImage(2 * PANEL_WIDTH, PANEL_HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            panel("Loss (cross-entropy + penalty)", "loss", rows, MetricsRow::loss)
                    .draw(graphics, place(0));
            panel("Accuracy", "accuracy", rows, MetricsRow::accuracy).draw(graphics, place(1));
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static Rectangle2D place(int panel) {
        return new Rectangle2D.Double(panel * PANEL_WIDTH, 0, PANEL_WIDTH, PANEL_HEIGHT);
    }

    private static JFreeChart panel(
            String title, String quantity, List<MetricsRow> rows, ToDoubleFunction<MetricsRow> value) {
        XYSeriesCollection lines = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
        for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
            XYSeries line = new XYSeries(split == Split.TRAIN ? "training" : "validation");
            rows.stream()
                    .filter(row -> row.split() == split)
                    .forEach(row -> line.add(row.at().epoch(), value.applyAsDouble(row)));
            if (!line.isEmpty()) {
                int series = lines.getSeriesCount();
                lines.addSeries(line);
                renderer.setSeriesPaint(series, COLORS.get(split));
                renderer.setSeriesStroke(series, new BasicStroke(2f));
                renderer.setSeriesShape(series, new Ellipse2D.Double(-2.5, -2.5, 5, 5));
                renderer.setSeriesShapesVisible(series, line.getItemCount() <= MAX_EPOCHS_WITH_MARKERS);
            }
        }
        JFreeChart chart = ChartFactory.createXYLineChart(title, "epoch", quantity, lines);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(8, 8, 8, 16));
        XYPlot plot = chart.getXYPlot();
        plot.setRenderer(renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.getDomainAxis().setStandardTickUnits(NumberAxis.createIntegerTickUnits());
        ((NumberAxis) plot.getRangeAxis()).setAutoRangeIncludesZero(false);
        return chart;
    }
}
