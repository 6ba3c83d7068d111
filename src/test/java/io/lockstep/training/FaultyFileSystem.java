package io.lockstep.training;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system under the scheme {@code faulty}, on which the driver dies when it is told to: in this JVM by
 * {@link #dieOnce}, in a process of its own by {@code lockstep.test.die = MOMENT NAME} in Hadoop's configuration.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
    /** What the driver was doing when it died. */
    enum Moment {
        BEFORE_WRITING,
        BEFORE_RENAMING,
        AFTER_RENAMING
    }

    /** The death of the driver; no code of ours catches it. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    private record Fault(Moment moment, String name, Runnable action) {}

    /** In Spark's configuration it stands behind {@code spark.hadoop.} like all of Hadoop's. */
    public static final String KEY = "lockstep.test.die";

    private static final int KILLED = 128 + 9;
    private static final AtomicReference<Fault> FAULT = new AtomicReference<>();

    /** Lets the driver die, once, at the given moment of the file whose final name contains {@code name}. */
    static void dieOnce(Moment moment, String name) {
        FAULT.set(new Fault(moment, name, () -> {
            throw new Death();
        }));
    }

    /** Lets what is being done fail, once, before a file whose final name contains {@code name} is written. */
    public static void failOnce(String name, Error failure) {
        onceBeforeWriting(name, () -> {
            throw failure;
        });
    }

    /** Does something, once, before a file whose final name contains {@code name} is written. */
    public static void onceBeforeWriting(String name, Runnable action) {
        FAULT.set(new Fault(Moment.BEFORE_WRITING, name, action));
    }

    static boolean hasDied() {
        return FAULT.get() == null;
    }

    static Configuration configuration() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
        return hadoop;
    }

    @Override
    public void setConf(Configuration hadoop) {
        super.setConf(hadoop);
        if (hadoop != null && hadoop.get(KEY) != null) {
            String[] fault = hadoop.get(KEY).split(" ");
            FAULT.set(new Fault(
                    Moment.valueOf(fault[0]),
                    fault[1],
                    () -> Runtime.getRuntime().halt(KILLED)));
        }
    }

    @Override
    public URI getUri() {
        return URI.create("faulty:///");
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    /** Of everything: the local file system finds permissions under its own scheme only. */
    @Override
    public void access(Path path, FsAction mode) {}

    @Override
    public boolean rename(Path source, Path target) throws IOException {
        dieIf(Moment.BEFORE_RENAMING, target);
        boolean renamed = super.rename(source, target);
        dieIf(Moment.AFTER_RENAMING, target);
        return renamed;
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        dieIf(Moment.BEFORE_WRITING, file);
        return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }

    private static void dieIf(Moment moment, Path path) {
        Fault fault = FAULT.get();
        if (fault != null && fault.moment() == moment && path.toString().contains(fault.name())) {
            FAULT.set(null);
            fault.action().run();
        }
    }
}
