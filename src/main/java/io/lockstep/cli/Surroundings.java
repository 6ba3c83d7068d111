package io.lockstep.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;
import java.util.Properties;

/**
 * Whether Lockstep can run on this Java and this Spark. Reads the version of Spark from a file on the class path,
 * because classes of an unsuitable Spark could not even be linked.
 */
final class Surroundings {
    private static final Version FIRST_SPARK = Version.parse("4.0.0");
    private static final Version FIRST_SPARK_FOR_NEW_JAVA = Version.parse("4.2.0");
    /** From here on, Java lacks {@code Subject.getSubject}, which Hadoop calls in Spark before 4.2. */
    private static final int NEW_JAVA = 24;

    private Surroundings() {}

    /** One line that says what is required and what was found; empty if all is well. */
    static Optional<String> problem() {
        return problem(Surroundings.class.getClassLoader(), Runtime.version().feature());
    }

    static Optional<String> problem(ClassLoader classes, int java) {
        String found = sparkVersion(classes);
        if (found.isEmpty()) {
            return Optional.of("expected Spark 4 on the class path, found none;"
                    + " start Lockstep with submit/local.sh or with spark-submit");
        }
        Version spark = Version.parse(found);
        if (spark.compareTo(FIRST_SPARK) < 0) {
            return Optional.of("expected Spark 4 or later, found Spark " + found);
        }
        if (spark.compareTo(FIRST_SPARK_FOR_NEW_JAVA) < 0 && java >= NEW_JAVA) {
            return Optional.of("expected Java 17 to " + (NEW_JAVA - 1) + " under a Spark before 4.2, found Java " + java
                    + " and Spark " + found);
        }
        return Optional.empty();
    }

    /** The version of Spark on the class path; empty if there is none. */
    static String sparkVersion() {
        return sparkVersion(Surroundings.class.getClassLoader());
    }

    private static String sparkVersion(ClassLoader classes) {
        try (InputStream file = classes.getResourceAsStream("spark-version-info.properties")) {
            Properties properties = new Properties();
            if (file != null) {
                properties.load(file);
            }
            return properties.getProperty("version", "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
