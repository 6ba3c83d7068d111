package io.lockstep.bench;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import io.lockstep.linalg.OpenBlasProducts;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.package$;

/** Runs benchmarks by name, all by default, prints their tables and writes them to a file. */
public final class Benchmarks {
    private static final Path FILE = Path.of("target/benchmarks.md");
    private static final Map<String, Callable<List<Table>>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("kernels", Kernels::run);
        ALL.put("step", StepOverhead::run);
        ALL.put("accuracy", TimeToAccuracy::run);
        ALL.put("growth", Growth::run);
        ALL.put("tables", LargeTables::run);
        ALL.put("peers", SlowPeers::run);
    }

    private Benchmarks() {}

    public static void main(String[] names) throws Exception {
        List<String> chosen = names.length == 0 ? List.copyOf(ALL.keySet()) : List.of(names);
        if (!ALL.keySet().containsAll(chosen)) {
            System.err.println("expected benchmarks of " + ALL.keySet() + ", found " + chosen);
            System.exit(2);
        }
        try (PrintStream file = new PrintStream(Files.newOutputStream(FILE), true)) {
            for (PrintStream out : List.of(System.out, file)) {
                out.println(machine());
            }
            for (String name : chosen) {
                for (Table table : ALL.get(name).call()) {
                    System.out.println(table);
                    file.println(table);
                }
            }
        }
        System.out.println("written to " + FILE);
    }

    private static String machine() {
        Machine machine = Machine.ofThisJvm(Arithmetic.EXACT);
        return String.format(
                "%s: %d cores, %s, %s, %s, Spark %s%n",
                LocalDate.now(),
                Runtime.getRuntime().availableProcessors(),
                machine.processor(),
                machine.java(),
                OpenBlasProducts.description(),
                package$.MODULE$.SPARK_VERSION());
    }
}
