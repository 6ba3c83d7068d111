package io.lockstep.training;

import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.model.TrainedModel;
import io.lockstep.training.checkpoint.Checkpoint;
import io.lockstep.training.checkpoint.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Writes the files of a run, each only while the run holds its directory.
 *
 * @param keepCheckpoints how many of the newest are kept
 */
record RunFiles(RunDirectory directory, RunLock lock, StartingPoint start, int keepCheckpoints) implements Journal {
    @Override
    public void metrics(EpochMetrics metrics, EpochTimes times) throws IOException {
        lock.requireHeld();
        directory.metrics().write(start.runId(), metrics, times);
    }

    @Override
    public void checkpoint(Progress progress) throws IOException {
        lock.requireHeld();
        directory
                .checkpoints(keepCheckpoints)
                .write(new Checkpoint(start.runId(), start.identity(), start.machines(), progress));
    }

    void removeWhatCameAfterStart() throws IOException {
        lock.requireHeld();
        start.removeWhatCameAfter(directory);
    }

    void model(TrainedModel model) throws IOException {
        lock.requireHeld();
        model.write(directory.model());
    }

    /** From here on the run is complete. */
    void record(RunRecord record) throws IOException {
        lock.requireHeld();
        record.write(directory.directory());
    }

    /** @param contents by the names of files, in the order of writing */
    void evaluation(Map<String, byte[]> contents) throws IOException {
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            lock.requireHeld();
            directory.evaluation().write(file.getKey(), file.getValue());
        }
    }

    void pictures(Pictures pictures) throws IOException {
        List<MetricsRow> rows = directory.metrics().read();
        byte[] png = pictures.png(rows);
        lock.requireHeld();
        directory.writePictures(png);
    }
}
