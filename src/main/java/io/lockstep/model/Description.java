package io.lockstep.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.LockstepException;
import io.lockstep.data.Label;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Network;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The content of {@code model.json}. Version 2 of its format is written; version 1, of networks on bytes, is read too.
 */
record Description(
        Network network, List<Label> classes, Preparation preparation, String weightsSha256, Provenance provenance) {
    static final String NAME = "model.json";
    private static final int VERSION = 2;
    private static final int MAX_BYTES = 64 << 20;
    private static final String HIDDEN_ACTIVATION = "relu";
    private static final String OUTPUT_ACTIVATION = "softmax";

    void write(Directory directory) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("formatVersion", VERSION);
        Map<String, Object> architecture = new LinkedHashMap<>();
        architecture.put("layerSizes", network.sizes());
        architecture.put("hiddenActivation", HIDDEN_ACTIVATION);
        architecture.put("outputActivation", OUTPUT_ACTIVATION);
        fields.put("architecture", architecture);
        Map<String, Object> classFields = new LinkedHashMap<>();
        classFields.put("type", LabelType.of(classes).toString());
        classFields.put("labels", classes.stream().map(Label::value).toList());
        fields.put("classes", classFields);
        fields.put(
                "preparation",
                preparation.columns().stream().map(ColumnFields::write).toList());
        fields.put("weightsSha256", weightsSha256);
        Map<String, Object> origin = new LinkedHashMap<>();
        origin.put("runId", provenance.runId());
        origin.put("lockstepVersion", provenance.lockstepVersion());
        origin.put("trainedAt", provenance.trainedAt());
        origin.put("dataFingerprint", provenance.dataFingerprint());
        if (!provenance.labelColumn().isEmpty()) {
            origin.put("labelColumn", provenance.labelColumn());
        }
        origin.put("arithmetic", provenance.arithmetic().toString());
        origin.put("initialisedFrom", provenance.initialisedFrom());
        fields.put("provenance", origin);
        directory.write(NAME, Json.write(fields));
    }

    /** @throws LockstepException of kind {@code DATA} */
    static Description read(Directory directory) {
        String file = directory.file(NAME).toString();
        Fields fields = new Fields(Json.read(directory.read(NAME, MAX_BYTES), MAX_BYTES, file), file);
        int version = fields.integer("formatVersion");
        if (version < 1 || version > VERSION) {
            throw fields.unfit("formatVersion", "1 or 2, which this version can read,", fields.field("formatVersion"));
        }
        Network network = network(fields.object("architecture"));
        WeightsFile.requireLength(directory, network); // before anything of the network's size is made
        boolean old = version == 1;
        Description description = new Description(
                network,
                old ? LabelType.INTEGER.read(fields, "classLabels") : classes(fields.object("classes")),
                old ? bytes(fields, network.featureCount()) : preparation(fields, network.featureCount()),
                fields.text("weightsSha256"),
                provenance(fields.object("provenance"), old));
        fields.end();
        description.requireFit(file);
        return description;
    }

    private void requireFit(String file) {
        if (classes.size() != network.classCount()) {
            throw LockstepException.data(file + ": expected " + network.classCount()
                    + " classes, as layerSizes has them," + " found " + classes.size() + " labels");
        }
        if (preparation.inputCount() != network.featureCount()) {
            throw LockstepException.data(file + ": expected a preparation for " + network.featureCount()
                    + " inputs, as layerSizes has them, found one for " + preparation.inputCount());
        }
    }

    private static Network network(Fields fields) {
        List<Integer> sizes = fields.integers("layerSizes");
        fields.require("hiddenActivation", HIDDEN_ACTIVATION);
        fields.require("outputActivation", OUTPUT_ACTIVATION);
        fields.end();
        try {
            if (sizes.size() >= 2) {
                return Network.of(sizes);
            }
        } catch (IllegalArgumentException | ArithmeticException invalid) {
            // Falls through to the one message for sizes that make no network.
        }
        throw fields.unfit("layerSizes", "at least two positive numbers", fields.field("layerSizes"));
    }

    private static List<Label> classes(Fields fields) {
        LabelType type = LabelType.named(fields.text("type"))
                .orElseThrow(() -> fields.unfit("type", "\"integer\", \"text\" or \"boolean\"", fields.field("type")));
        List<Label> labels = type.read(fields, "labels");
        fields.end();
        return labels;
    }

    private static Preparation bytes(Fields fields, int featureCount) {
        double scale = fields.number("featureScale");
        try {
            return Preparation.ofBytes(featureCount, (float) scale);
        } catch (IllegalArgumentException invalid) {
            throw fields.unfit("featureScale", "a finite number other than 0", fields.field("featureScale"));
        }
    }

    private static Preparation preparation(Fields fields, int inputCount) {
        List<JsonNode> columns = fields.list("preparation", column -> column);
        try {
            List<ColumnPreparation> read = new ArrayList<>();
            int left = inputCount;
            for (JsonNode column : columns) {
                read.add(ColumnFields.read(fields.element("preparation", read.size(), column), left));
                left -= read.get(read.size() - 1).inputCount();
            }
            return new Preparation(read);
        } catch (IllegalArgumentException invalid) {
            throw fields.unfit(invalid);
        }
    }

    private static Provenance provenance(Fields fields, boolean old) {
        Provenance provenance = new Provenance(
                fields.text("runId"),
                fields.text("lockstepVersion"),
                fields.text("trainedAt"),
                fields.text("dataFingerprint"),
                fields.textOr("labelColumn", ""),
                old ? Arithmetic.EXACT : arithmetic(fields),
                old ? List.of() : fields.texts("initialisedFrom"));
        fields.end();
        return provenance;
    }

    private static Arithmetic arithmetic(Fields fields) {
        try {
            return Arithmetic.valueOf(fields.text("arithmetic").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw fields.unfit("arithmetic", "\"exact\" or \"breeze\"", fields.field("arithmetic"));
        }
    }
}
