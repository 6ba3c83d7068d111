package io.lockstep.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A chart of lines as inline SVG, whose size is that of its box. It is 400 units wide, so that its text can be read on
 * a telephone too.
 *
 * @param title also names the chart within its page
 */
record LineChart(String title, Axis horizontal, Axis vertical, List<Line> lines) {
    private static final int WIDTH = 400;
    private static final int HEIGHT = 250;
    private static final int LEFT = 64;
    private static final int RIGHT = 10;
    private static final int TOP = 12;
    private static final int BOTTOM = 42;
    private static final int MOST_POINTS = 1000;
    private static final int MOST_MARKERS = 60;

    void write(Markup page) {
        String id = title.replaceAll("[^A-Za-z]+", "-");
        page.open("figure", "class", "chart");
        page.element("figcaption", title);
        page.open(
                "svg",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-text");
        page.element("title", title, "id", id + "-title");
        page.element("desc", description(), "id", id + "-text");
        grid(page);
        lines.forEach(line -> line(page, line.atMost(MOST_POINTS)));
        page.close();
        if (lines.size() > 1) {
            legend(page);
        }
        page.close().line();
    }

    private String description() {
        return vertical.title() + " by " + horizontal.title() + ". "
                + lines.stream().map(Line::description).collect(Collectors.joining("; "));
    }

    private void grid(Markup page) {
        for (double tick : vertical.ticks()) {
            String y = Numbers.coordinate(y(tick));
            page.empty("line", "class", "grid", "x1", LEFT + "", "x2", WIDTH - RIGHT + "", "y1", y, "y2", y);
            page.element("text", vertical.label(tick), "class", "end", "x", LEFT - 6 + "", "y", y, "dy", "4");
        }
        String bottom = HEIGHT - BOTTOM + "";
        for (double tick : horizontal.ticks()) {
            String x = Numbers.coordinate(x(tick));
            page.empty("line", "class", "axis", "x1", x, "x2", x, "y1", bottom, "y2", HEIGHT - BOTTOM + 4 + "");
            page.element("text", horizontal.label(tick), "class", "middle", "x", x, "y", HEIGHT - BOTTOM + 17 + "");
        }
        page.empty("line", "class", "axis", "x1", LEFT + "", "x2", WIDTH - RIGHT + "", "y1", bottom, "y2", bottom);
        String middle = Numbers.coordinate((LEFT + WIDTH - RIGHT) / 2.0);
        page.element("text", horizontal.title(), "class", "middle", "x", middle, "y", HEIGHT - 6 + "");
        String centre = Numbers.coordinate((TOP + HEIGHT - BOTTOM) / 2.0);
        page.element(
                "text", vertical.title(), "class", "middle", "transform", "translate(12 " + centre + ") rotate(-90)");
    }

    private void line(Markup page, Line line) {
        page.open("g", "class", "line " + line.style());
        page.empty("path", "d", path(line));
        boolean markers = line.x().length <= MOST_MARKERS;
        for (int i = 0; i < line.x().length; i++) {
            if (line.isPoint(i) && (markers || isAlone(line, i))) {
                page.open("circle", "cx", cx(line, i), "cy", cy(line, i), "r", "2.6");
                page.element(
                        "title",
                        line.name() + ", " + horizontal.title() + " " + Numbers.general(line.x()[i]) + ": "
                                + Numbers.general(line.y()[i]));
                page.close();
            }
        }
        page.close();
    }

    /** Without neighbours there is no line to see. */
    private static boolean isAlone(Line line, int i) {
        return (i == 0 || !line.isPoint(i - 1)) && (i == line.x().length - 1 || !line.isPoint(i + 1));
    }

    private String path(Line line) {
        StringBuilder path = new StringBuilder("M0 0");
        boolean drawing = false;
        for (int i = 0; i < line.x().length; i++) {
            if (line.isPoint(i)) {
                path.append(drawing ? 'L' : 'M').append(cx(line, i)).append(' ').append(cy(line, i));
            }
            drawing = line.isPoint(i);
        }
        return path.toString();
    }

    private void legend(Markup page) {
        page.open("ul", "class", "legend", "aria-hidden", "true");
        for (Line line : lines) {
            page.open("li").open("svg", "viewBox", "0 0 24 10", "class", "key");
            page.open("g", "class", "line " + line.style())
                    .empty("path", "d", "M1 5L23 5")
                    .close();
            page.close().text(line.name()).close();
        }
        page.close();
    }

    private String cx(Line line, int i) {
        return Numbers.coordinate(x(line.x()[i]));
    }

    private String cy(Line line, int i) {
        return Numbers.coordinate(y(line.y()[i]));
    }

    private double x(double value) {
        return LEFT + horizontal.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - vertical.place(value) * (HEIGHT - TOP - BOTTOM);
    }
}
