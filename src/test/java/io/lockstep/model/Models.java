package io.lockstep.model;

import io.lockstep.data.Label;
import io.lockstep.data.prepare.ColumnPreparation.Categories;
import io.lockstep.data.prepare.ColumnPreparation.Numbers;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Batch;
import io.lockstep.nn.Network;
import io.lockstep.nn.Workspace;
import java.util.List;
import java.util.stream.Stream;

/** Small models for tests. */
public final class Models {
    private static final double REFUSED = Double.NaN;

    private Models() {}

    /** A network 10–3–2 on a table with columns of all kinds: age, city, colour, since, spectrum. */
    public static TrainedModel table() {
        return of(
                Network.of(List.of(10, 3, 2)),
                Stream.of("no", "yes").map(Label::new).toList(),
                new Preparation(List.of(
                        number("age", 40, 8, 41.5),
                        new Categories("city", List.of("Bern", "Köln", "Ulm"), true, true),
                        new Categories("colour", List.of("blue", "red"), false, false),
                        number("since", 1_700_000_000.25, 86_400, REFUSED),
                        new Numbers("spectrum", true, new double[] {0.1, 0, -2}, new double[] {1, 1, 1}, new double[] {
                            REFUSED, 5, 6
                        }))));
    }

    /** A network with weights and biases of many sizes. */
    public static TrainedModel of(Network network, List<Label> classes, Preparation preparation) {
        float[] parameters = new float[network.parameterCount()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) Math.sin(i + 1);
        }
        Provenance provenance = new Provenance(
                "run",
                "0.1.0",
                "2026-01-01T00:00:00Z",
                "fingerprint",
                "",
                Arithmetic.EXACT,
                List.of("ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b"));
        return new TrainedModel(network, parameters, classes, preparation, provenance);
    }

    /** The probabilities (classes × rows) that our network gives to inputs (inputs × rows). */
    public static float[] probabilities(TrainedModel model, float[] inputs) {
        Batch batch = new Batch(model.network().featureCount());
        batch.resize(inputs.length / model.network().featureCount());
        System.arraycopy(inputs, 0, batch.features(), 0, inputs.length);
        return model.network()
                .probabilities(model.parameters(), new Workspace(model.network().layers(), Arithmetic.EXACT, batch));
    }

    private static Numbers number(String name, double subtract, double divide, double missing) {
        return new Numbers(name, false, new double[] {subtract}, new double[] {divide}, new double[] {missing});
    }
}
