package io.lockstep.report;

import io.lockstep.metrics.EpochTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where the time went: a bar whose parts are the causes, and a table. */
final class TimesPart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 40;

    private TimesPart() {}

    /** @param seconds of all epochs together */
    private record Cause(String name, double seconds, String meaning) {}

    static void write(Run run, Page page) {
        List<Cause> causes = causes(run);
        double total = causes.stream().mapToDouble(Cause::seconds).sum();
        page.section("Where the time went", () -> {
            bar(causes, total, page.markup());
            page.box("Seconds by cause", () -> table(causes, total, page.markup()));
            page.paragraph("The mean task computed for "
                    + Numbers.seconds(run.times().steps().computeMean())
                    + " seconds; the slowest task of each step is what the step waits for.");
        });
    }

    private static List<Cause> causes(Run run) {
        EpochTimes times = run.times();
        List<Cause> causes = new ArrayList<>(List.of(
                new Cause("computing", times.steps().computeSlowest(), "the slowest task of each step"),
                new Cause("scheduling", times.steps().scheduling(), "starting tasks, sending results"),
                new Cause("broadcast", times.steps().broadcast(), "sending weights"),
                new Cause("aggregation", times.steps().aggregation(), "adding results on the driver"),
                new Cause("update", times.update(), "of the parameters"),
                new Cause("evaluation", times.evaluation(), "of all splits after each epoch")));
        double known = causes.stream().mapToDouble(Cause::seconds).sum();
        double rest = run.last().map(row -> row.at().seconds()).orElse(0.0) - known;
        causes.add(new Cause("other", Math.max(0, rest), "checkpoints, metrics, starting"));
        return causes;
    }

    private static void bar(List<Cause> causes, double total, Markup markup) {
        String text = causes.stream()
                .map(cause -> cause.name() + " " + Numbers.percent(cause.seconds() / total))
                .collect(Collectors.joining(", "));
        markup.open(
                "svg",
                "class",
                "bar",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                "Parts of the time: " + text);
        double begin = 0;
        for (int i = 0; i < causes.size(); i++) {
            double width = total > 0 ? WIDTH * causes.get(i).seconds() / total : 0;
            if (width > 0) {
                markup.empty(
                        "rect",
                        "class",
                        "cause" + i,
                        "x",
                        Numbers.coordinate(begin),
                        "width",
                        Numbers.coordinate(width),
                        "height",
                        HEIGHT + "");
            }
            begin += width;
        }
        markup.close();
    }

    private static void table(List<Cause> causes, double total, Markup markup) {
        markup.element("caption", "Seconds by cause, all epochs together");
        markup.open("thead").open("tr");
        markup.element("th", "cause", "scope", "col");
        markup.element("th", "seconds", "scope", "col", "class", "number");
        markup.element("th", "part", "scope", "col", "class", "number");
        markup.element("th", "meaning", "scope", "col");
        markup.close().close().open("tbody");
        for (int i = 0; i < causes.size(); i++) {
            Cause cause = causes.get(i);
            markup.open("tr").open("th", "scope", "row", "class", "cause");
            markup.open("span", "class", "swatch cause" + i, "aria-hidden", "true")
                    .close();
            markup.text(cause.name()).close();
            markup.element("td", Numbers.seconds(cause.seconds()), "class", "number");
            markup.element("td", Numbers.percent(cause.seconds() / total), "class", "number");
            markup.element("td", cause.meaning(), "class", "long").close();
        }
        markup.close();
    }
}
