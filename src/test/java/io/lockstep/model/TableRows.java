package io.lockstep.model;

import io.lockstep.data.prepare.Encoder;
import io.lockstep.data.prepare.Preparation;
import java.util.HashMap;
import java.util.Map;

/** Rows for {@link Models#table()}, with missing values and a category that it does not know. */
public final class TableRows {
    public static final int COUNT = 5;

    private static final double NONE = Double.NaN;
    private static final double[][] AGES = {{80}, {NONE}, {55}, {-1e3}, {71}};
    private static final String[][] CITIES = {{"Ulm"}, {"Köln"}, {""}, {"Rom"}, {"Bern"}};
    private static final String[][] COLOURS = {{"red"}, {"red"}, {"blue"}, {"red"}, {"blue"}};
    private static final double[][] SINCE = {
        {1_699_822_450.75}, {1_700_000_001.25}, {1_699_990_265.5}, {1_690_000_000}, {1_700_000_000.5}
    };
    private static final double[][] SPECTRA = {{-3, -3, 4}, {0.1, NONE, NONE}, {4, 2, -4}, {0, 0, 0}, {7, NONE, 8}};

    /** The same rows as a CSV file, with the columns in another order. */
    public static final String CSV = """
            city,age,colour,since,spectrum
            Ulm,80,red,1699822450.75,"[-3, -3, 4]"
            Köln,,red,1700000001.25,"[0.1, null, null]"
            ,55,blue,1699990265.5,"[4, 2, -4]"
            Rom,-1e3,red,1690000000,"[0, 0, 0]"
            Bern,71,blue,1700000000.5,"[7, null, 8]"
            """;

    private TableRows() {}

    /** By column; an empty text is a missing one. The map may be changed. */
    public static Map<String, Object> byName() {
        return new HashMap<>(
                Map.of("age", AGES, "city", CITIES, "colour", COLOURS, "since", SINCE, "spectrum", SPECTRA));
    }

    /** As inputs of the network, (inputs × rows). */
    public static float[] encoded(Preparation preparation) {
        Encoder encoder = Encoder.of(preparation);
        int inputs = encoder.inputCount();
        float[] rows = new float[inputs * COUNT];
        for (int row = 0; row < COUNT; row++) {
            int offset = row * inputs;
            encoder.zeros(rows, offset);
            rows[offset] = encoder.number(0, AGES[row][0]);
            int city = CITIES[row][0].isEmpty() ? -1 : encoder.category(1, CITIES[row][0]);
            if (city >= 0) {
                rows[offset + city] = 1;
            }
            rows[offset + encoder.category(2, COLOURS[row][0])] = 1;
            rows[offset + encoder.input(3)] = encoder.number(3, SINCE[row][0]);
            for (int i = 0; i < SPECTRA[row].length; i++) {
                rows[offset + encoder.input(4 + i)] = encoder.number(4 + i, SPECTRA[row][i]);
            }
        }
        return rows;
    }
}
