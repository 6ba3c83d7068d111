package io.lockstep.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** What computing costs without Spark. */
final class Kernels {
    private Kernels() {}

    static List<Table> run() throws IOException, InterruptedException, ExecutionException {
        Table products = ProductShapes.table();
        Shards shards = Shards.load();
        return List.of(products, SliceGradients.table(shards), EvaluationTime.table(shards), Trees.table());
    }
}
