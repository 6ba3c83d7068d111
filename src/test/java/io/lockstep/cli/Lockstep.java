package io.lockstep.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The command line as its user meets it: arguments in, exit code and output out. */
public record Lockstep(int exitCode, String out, String err) {
    private static final String DIGEST = "weights sha256 ";

    static Lockstep run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int exitCode = Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), texts);
        return new Lockstep(exitCode, out.toString(), err.toString());
    }

    /** The same, with all that goes to the process's standard error meanwhile, warnings and stack traces among it. */
    static Lockstep watched(Object... arguments) {
        PrintStream usual = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Lockstep result = run(arguments);
            return new Lockstep(result.exitCode, result.out, printed.toString(StandardCharsets.UTF_8) + result.err);
        } finally {
            System.setErr(usual);
        }
    }

    /** Runs with another Spark master than that of the other tests. */
    static Lockstep runOn(String master, List<Object> arguments) {
        System.setProperty("spark.master", master);
        try {
            return run(arguments.toArray());
        } finally {
            System.clearProperty("spark.master");
        }
    }

    /** The digest that a training prints on its last line. */
    public String digest() {
        List<String> lines = out.lines().toList();
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        if (exitCode != 0 || !last.matches(DIGEST + "[0-9a-f]{64}")) {
            throw new AssertionError(
                    "expected a digest on the last line, found exit code " + exitCode + ", " + out + err);
        }
        return last.substring(DIGEST.length());
    }
}
