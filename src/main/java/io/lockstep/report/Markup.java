package io.lockstep.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * HTML and SVG as they are written: every text and every attribute's value is escaped here, and nowhere else, and every
 * element that was opened is closed.
 */
final class Markup {
    private static final char REPLACEMENT = '\ufffd';

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** @param attributes names and values in turn */
    Markup open(String element, String... attributes) {
        tag(element, attributes).append('>');
        open.push(element);
        return this;
    }

    Markup close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** An element without content, such as {@code meta} or {@code circle}. */
    Markup empty(String element, String... attributes) {
        tag(element, attributes).append("/>");
        return this;
    }

    /** An element with nothing but text in it. */
    Markup element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close();
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    /** Our own style sheet, which escaping would break. */
    Markup styles(String sheet) {
        out.append("<style>").append(sheet).append("</style>");
        return this;
    }

    Markup line() {
        out.append('\n');
        return this;
    }

    /** @throws IllegalStateException if an element is still open */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements that were not closed: " + open);
        }
        return out.toString();
    }

    private StringBuilder tag(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        return out;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(isForbidden(character) ? REPLACEMENT : character);
            }
        }
    }

    /** Control characters that no HTML document may hold. */
    private static boolean isForbidden(char character) {
        return Character.isISOControl(character) && character != '\n' && character != '\t';
    }
}
