package io.lockstep.notebooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** A notebook as Jupyter stores it (nbformat 4). */
record Notebook(JsonNode root) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Notebook read(Path file) throws IOException {
        return new Notebook(JSON.readTree(file.toFile()));
    }

    List<JsonNode> cells() {
        return elements(root.path("cells"));
    }

    List<JsonNode> codeCells() {
        return cells().stream()
                .filter(cell -> cell.path("cell_type").asText().equals("code"))
                .toList();
    }

    /** Of all code cells, from top to bottom. */
    List<JsonNode> outputs() {
        return codeCells().stream()
                .flatMap(cell -> elements(cell.path("outputs")).stream())
                .toList();
    }

    /** The line of JSON that the last cell prints. */
    JsonNode figures() throws IOException {
        List<JsonNode> code = codeCells();
        return JSON.readTree(text(code.get(code.size() - 1).at("/outputs/0/text")));
    }

    /** A text, which nbformat stores as one string or as a list of lines. */
    static String text(JsonNode node) {
        return node.isArray()
                ? String.join("", elements(node).stream().map(JsonNode::asText).toList())
                : node.asText();
    }

    private static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
