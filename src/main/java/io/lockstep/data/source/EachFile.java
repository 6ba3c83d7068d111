package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Asks files, or parts of them, something: a few here, many in tasks. */
final class EachFile {
    private static final int FEW = 8;
    private static final int TASKS_PER_CORE = 4;

    private EachFile() {}

    /** A question to a part of a file. */
    @FunctionalInterface
    interface Question<T> extends Serializable {
        T ask(FilePart part, Configuration hadoop) throws IOException;
    }

    /** Asks about the beginnings or ends of files. */
    static <T> List<T> ask(JavaSparkContext spark, List<TableFile> files, Question<T> question) {
        List<FilePart> parts = files.stream().map(FilePart::whole).toList();
        int tasks = parts.size() <= FEW ? 1 : TASKS_PER_CORE * spark.defaultParallelism();
        return ask(spark, parts, Math.min(parts.size(), tasks), question);
    }

    /** Asks about all lines of files; gives an answer a part. */
    static <T> List<T> askLines(JavaSparkContext spark, List<TableFile> files, Question<T> question) {
        Configuration hadoop = spark.hadoopConfiguration();
        List<List<FilePart>> parts =
                FilePart.gather(files, file -> Lines.canBeCut(file, hadoop), spark.defaultParallelism());
        return ask(spark, parts.stream().flatMap(List::stream).toList(), parts.size(), question);
    }

    private static <T> List<T> ask(JavaSparkContext spark, List<FilePart> parts, int tasks, Question<T> question) {
        if (tasks == 1) {
            List<T> answers = new ArrayList<>();
            parts.forEach(part -> answers.add(answer(question, part, spark.hadoopConfiguration())));
            return answers;
        }
        Broadcast<SerializableConfiguration> configuration = configuration(spark);
        try {
            return spark.parallelize(parts, tasks)
                    .map(part -> answer(question, part, configuration.value().value()))
                    .collect();
        } catch (Exception failure) {
            // Spark's own exception is a checked one that Scala does not announce.
            throw LockstepException.within(failure)
                    .<RuntimeException>map(found -> found)
                    .orElseGet(() -> new IllegalStateException("the files of a table cannot be looked at", failure));
        } finally {
            configuration.destroy();
        }
    }

    /**
     * Hadoop's settings for tasks, a thousand, which each task would else unpack again. In local mode they are the
     * driver's own, so tasks only read them. They last as long as an RDD that may read the rows once more.
     */
    static Broadcast<SerializableConfiguration> configuration(JavaSparkContext spark) {
        return spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    }

    private static <T> T answer(Question<T> question, FilePart part, Configuration hadoop) {
        try {
            return question.ask(part, hadoop);
        } catch (Exception failure) {
            throw Unreadable.because(part.file().path(), failure);
        }
    }
}
