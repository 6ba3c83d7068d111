package io.lockstep.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The frame of a page, and what its parts are made of. A page has no scripts and is not allowed to fetch anything. */
final class Page {
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    private static final int LONGEST_UNBROKEN = 24;
    private static final String STYLE_SHEET = "report.css";

    private final Markup markup = new Markup();
    private int sections;

    private Page() {}

    /** A whole page in UTF-8. */
    static byte[] of(String title, Consumer<Page> content) {
        Page page = new Page();
        Markup markup = page.markup;
        markup.open("html", "lang", "en").open("head");
        markup.empty("meta", "charset", "utf-8");
        markup.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        markup.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        markup.empty("meta", "name", "color-scheme", "content", "light dark");
        markup.element("title", title).styles(styleSheet()).close().line();
        markup.open("body").open("main");
        content.accept(page);
        markup.close().line();
        markup.open("footer").text("Written by Lockstep. The page needs no network and can be passed on as one file.");
        markup.close().close().close();
        return ("<!DOCTYPE html>\n" + markup + "\n").getBytes(StandardCharsets.UTF_8);
    }

    Markup markup() {
        return markup;
    }

    void section(String title, Runnable content) {
        String id = "section-" + ++sections;
        markup.open("section", "aria-labelledby", id).element("h2", title, "id", id);
        content.run();
        markup.close().line();
    }

    void paragraph(String text) {
        markup.open("p");
        prose(text);
        markup.close();
    }

    /** Text in which what is between backquotes is code. */
    void prose(String text) {
        String[] parts = text.split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i % 2 == 0) {
                markup.text(parts[i]);
            } else {
                markup.element("code", parts[i]);
            }
        }
    }

    void charts(List<LineChart> charts) {
        markup.open("div", "class", "charts");
        charts.forEach(chart -> chart.write(markup));
        markup.close().line();
    }

    /**
     * A table that scrolls within its own box where it is too wide. The first cell of a row is its heading.
     *
     * @param headings of the columns
     * @param rows of texts; columns that begin with a figure are set as numbers
     */
    void table(String caption, List<String> headings, Collection<List<String>> rows) {
        List<Boolean> numbers = rows.stream()
                .findFirst()
                .map(first -> first.stream().map(Page::isNumber).toList())
                .orElse(Collections.nCopies(headings.size(), false));
        table(caption, headings, rows, numbers);
    }

    /** A table of names and values, in which also numbers are read as words. */
    void pairs(String caption, List<String> headings, Map<String, ?> values) {
        List<List<String>> rows = values.entrySet().stream()
                .map(entry -> List.of(entry.getKey(), String.valueOf(entry.getValue())))
                .toList();
        table(caption, headings, rows, List.of(false, false));
    }

    private void table(String caption, List<String> headings, Collection<List<String>> rows, List<Boolean> numbers) {
        box(caption, () -> {
            markup.element("caption", caption).open("thead").open("tr");
            for (int i = 0; i < headings.size(); i++) {
                markup.element("th", headings.get(i), "scope", "col", "class", numbers.get(i) ? "number" : "words");
            }
            markup.close().close().open("tbody");
            for (List<String> row : rows) {
                markup.open("tr");
                for (int i = 0; i < row.size(); i++) {
                    cell(row.get(i), i == 0, numbers.get(i));
                }
                markup.close();
            }
            markup.close();
        });
    }

    /** A table that the content fills. */
    void box(String caption, Runnable content) {
        markup.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption + ", table");
        markup.open("table");
        content.run();
        markup.close().close().line();
    }

    private void cell(String text, boolean heading, boolean number) {
        String style = number ? "number" : text.length() <= LONGEST_UNBROKEN ? "short" : "long";
        if (heading) {
            markup.element("th", text, "scope", "row", "class", style);
        } else {
            markup.element("td", text, "class", style);
        }
    }

    /** A figure of a table, not for example a digest or a date, which begin with digits too. */
    private static boolean isNumber(String text) {
        return text.matches("[+−-]?[0-9]+(\\.[0-9]+)?(e[+-]?[0-9]+)?( %)?|–");
    }

    private static String styleSheet() {
        try (InputStream sheet = Page.class.getResourceAsStream(STYLE_SHEET)) {
            return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
