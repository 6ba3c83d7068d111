package io.lockstep.report;

import io.lockstep.training.RunDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Pages of runs from their directories. */
public final class Reports {
    private Reports() {}

    /**
     * One self-contained HTML page, in UTF-8: all that is known of a run, or a comparison of several.
     *
     * @throws io.lockstep.LockstepException of kind {@code DATA} if a directory is none of a run, or damaged
     */
    public static byte[] html(List<RunDirectory> directories) throws IOException {
        List<Run> runs = new ArrayList<>();
        for (RunDirectory directory : directories) {
            runs.add(Run.read(directory));
        }
        return runs.size() == 1 ? RunPage.html(runs.get(0)) : ComparisonPage.html(runs);
    }
}
