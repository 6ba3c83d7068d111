package io.lockstep.tracking.tensorboard;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.data.Split;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.storage.Directory;
import io.lockstep.tracking.RunEnd;
import io.lockstep.tracking.Tracker;
import io.lockstep.training.RunStart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Event files in a directory, in a directory below for each split, as Keras has them: to TensorBoard each is a run, so
 * that training and validation are curves of one chart, because their tags are equal. A tag's part before the slash is
 * the section of the page in which its chart is. The step of an event is the epoch.
 *
 * <p>Whenever it is opened, it begins with new files, which make readers forget all earlier ones, and writes all epochs
 * into them. So neither a run that resumes nor a failure leaves an epoch that counts twice, or none.
 */
public final class TensorBoard implements Tracker {
    private static final long FIRST_EPOCH = 1;

    private final Directory directory;
    private final Map<Split, EventFiles> files = new EnumMap<>(Split.class);

    private TensorBoard(Directory directory) {
        this.directory = directory;
    }

    /**
     * Creates the directory.
     *
     * @throws LockstepException of kind {@code CONFIGURATION} if that is not possible
     */
    public static TensorBoard at(String location, Configuration hadoop) {
        try {
            Directory directory = Directory.at(HadoopPaths.parse(location, hadoop), hadoop);
            directory.create();
            return new TensorBoard(directory);
        } catch (IOException | IllegalArgumentException failure) {
            throw LockstepException.configuration(
                    "--tensorboard: expected a directory to write to, found " + location + ": " + failure.getMessage());
        }
    }

    @Override
    public String name() {
        return "TensorBoard's files in " + directory.path();
    }

    @Override
    public int open(RunStart run) throws IOException {
        closeFiles();
        return 0;
    }

    @Override
    public void add(List<MetricsRow> rows) throws IOException {
        Map<Split, ByteArrayOutputStream> records = new EnumMap<>(Split.class);
        for (MetricsRow row : rows) {
            records.computeIfAbsent(row.split(), split -> new ByteArrayOutputStream())
                    .write(Event.scalars(row.at().timestamp(), row.at().epoch(), scalars(row)));
        }
        for (Map.Entry<Split, ByteArrayOutputStream> each : records.entrySet()) {
            files(each.getKey()).append(each.getValue().toByteArray());
        }
    }

    @Override
    public void end(RunEnd end) throws IOException {
        closeFiles();
    }

    private EventFiles files(Split split) throws IOException {
        EventFiles ofSplit = files.get(split);
        if (ofSplit == null) {
            ofSplit = new EventFiles(directory.directory(split.label()));
            files.put(split, ofSplit);
            ofSplit.append(Event.start(Instant.now(), FIRST_EPOCH));
        }
        return ofSplit;
    }

    private void closeFiles() throws IOException {
        List<EventFiles> all = List.copyOf(files.values());
        files.clear();
        for (EventFiles each : all) {
            each.close();
        }
    }

    /** What the splits share is among the scalars of the training rows. */
    private static Map<String, Double> scalars(MetricsRow row) {
        Map<String, Double> scalars = new LinkedHashMap<>();
        scalars.put("metrics/loss", row.loss());
        scalars.put("metrics/cross_entropy", row.means().crossEntropy());
        scalars.put("metrics/accuracy", row.accuracy());
        scalars.put("time/examples_per_second", row.means().examplesPerSecond());
        if (row.split() == Split.TRAIN) {
            scalars.put("optimizer/learning_rate", row.at().learningRate());
            scalars.put("optimizer/gradient_norm", row.at().gradientNorm());
            scalars.put("time/seconds", row.at().seconds());
        }
        return scalars;
    }
}
