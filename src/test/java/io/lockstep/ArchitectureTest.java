package io.lockstep;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSessionBuilder;
import org.junit.jupiter.api.Test;

/** The order of the rooms. */
class ArchitectureTest {
    /** A room may import those before it, and the root package, which imports none. */
    private static final List<String> ROOMS = List.of(
            "linalg",
            "optim",
            "nn",
            "storage",
            "data",
            "metrics",
            "model",
            "distributed",
            "training",
            "inference",
            "export",
            "tracking",
            "report",
            "cli");

    private static final String NEW = JavaConstructor.CONSTRUCTOR_NAME;

    /** Methods by class, and constructors, that ask for the default locale unless they are given one. */
    private static final Map<String, Set<String>> LOCALE_SENSITIVE = Map.of(
            "java.lang.String", Set.of("format", "formatted", "toLowerCase", "toUpperCase"),
            "java.io.PrintStream", Set.of("format", "printf"),
            "java.io.PrintWriter", Set.of("format", "printf"),
            "java.io.Console", Set.of("format", "printf", "readLine", "readPassword"),
            "java.util.Formatter", Set.of(NEW, "format"),
            "java.util.Scanner", Set.of(NEW),
            "java.text.DecimalFormat", Set.of(NEW),
            "java.text.NumberFormat",
                    Set.of("getInstance", "getNumberInstance", "getIntegerInstance", "getPercentInstance"),
            "java.text.SimpleDateFormat", Set.of(NEW),
            "java.time.format.DateTimeFormatter", Set.of("ofPattern", "ofLocalizedDate", "ofLocalizedDateTime"));

    private static final JavaClasses LOCKSTEP = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.lockstep");

    @Test
    void everyClassLivesInARoom() {
        assertThat(LOCKSTEP)
                .allSatisfy(javaClass -> assertThat(javaClass.getPackageName())
                        .matches("io\\.lockstep(\\.(" + String.join("|", ROOMS) + ")(\\.[a-z]+)?)?"));
    }

    @Test
    void aRoomImportsOnlyRoomsAboveIt() {
        for (int i = 0; i < ROOMS.size(); i++) {
            String[] below = ROOMS.subList(i + 1, ROOMS.size()).stream()
                    .map(ArchitectureTest::room)
                    .toArray(String[]::new);
            if (below.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(room(ROOMS.get(i)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(below)
                        .allowEmptyShould(true)
                        .check(LOCKSTEP);
            }
        }
    }

    @Test
    void theRootStandsOnNoRoom() {
        noClasses()
                .that()
                .resideInAPackage("io.lockstep")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOMS.stream().map(ArchitectureTest::room).toArray(String[]::new))
                .check(LOCKSTEP);
    }

    /** A cycle between files is code that can only be understood, tested and moved all at once. */
    @Test
    void thereAreNoCyclesBetweenFiles() {
        slices().assignedFrom(new Files()).should().beFreeOfCycles().check(LOCKSTEP);
    }

    @Test
    void anEngineKnowsTheRootOfItsRoomButNoOtherEngine() {
        for (String engine : List.of("aggregate", "resident")) {
            noClasses()
                    .that(resideInAPackage(room("distributed"))
                            .and(not(resideInAPackage(room("distributed." + engine)))))
                    .and(not(resideInAPackage(room("distributed.choice"))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(room("distributed." + engine), room("distributed.choice"))
                    .check(LOCKSTEP);
        }
    }

    /** Nobody else asks which engine it is: an engine configures, checks and creates itself. */
    @Test
    void onlyTheChoiceOfAnEngineKnowsThem() {
        noClasses()
                .that(not(resideInAPackage(room("distributed"))))
                .and(not(resideInAPackage(room("bench"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(room("distributed.aggregate"), room("distributed.resident"))
                .check(LOCKSTEP);
    }

    @Test
    void onlyLinalgKnowsBreezeAndNetlib() {
        noClasses()
                .that(not(resideInAPackage(room("linalg"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("breeze..", "dev.ludovic.netlib..", "org.bytedeco..")
                .check(LOCKSTEP);
    }

    /** A table is read in a session of its own, in the context that there is. */
    @Test
    void onlyExportKnowsOnnx() {
        noClasses()
                .that(not(resideInAPackage(room("export"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnx..", "org.tribuo..")
                .check(LOCKSTEP);
    }

    @Test
    void onlyExportAndEventFilesKnowProtocolBuffers() {
        noClasses()
                .that(not(resideInAnyPackage(room("export"), room("tracking.tensorboard"))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.protobuf..")
                .check(LOCKSTEP);
    }

    @Test
    void onlyTrackingTalksToOtherServers() {
        noClasses()
                .that(not(resideInAPackage(room("tracking"))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(LOCKSTEP);
    }

    @Test
    void aTrackerKnowsTheRootOfItsRoomButNoOtherTracker() {
        for (String tracker : List.of("mlflow", "tensorboard")) {
            noClasses()
                    .that(resideInAPackage(room("tracking")).and(not(resideInAPackage(room("tracking." + tracker)))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(room("tracking." + tracker))
                    .check(LOCKSTEP);
        }
    }

    @Test
    void onlyCliCreatesASparkContext() {
        DescribedPredicate<JavaClass> contexts = assignableTo(SparkContext.class)
                .or(assignableTo(JavaSparkContext.class))
                .or(assignableTo(SparkSessionBuilder.class));
        noClasses()
                .that(not(resideInAPackage(room("cli"))))
                .and(not(name("io.lockstep.data.source.ColumnarSource")))
                .and(not(name("io.lockstep.inference.Prediction")))
                .should()
                .callConstructorWhere(target(owner(contexts)))
                .orShould()
                .callMethodWhere(target(owner(contexts)).and(target(name("getOrCreate"))))
                .check(LOCKSTEP);
    }

    @Test
    void onlyTablesAndTheirScoringKnowSparkSql() {
        noClasses()
                .that(not(resideInAnyPackage(room("data.source"), room("inference"), room("ml"))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.spark.sql..")
                .check(LOCKSTEP);
    }

    @Test
    void theMathematicsKnowsNothingOfSpark() {
        noClasses()
                .that()
                .resideInAnyPackage(room("linalg"), room("optim"), room("nn"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache..")
                .check(LOCKSTEP);
    }

    /** Numbers, names and file contents must not depend on who starts the program. */
    @Test
    void textIsFormattedInALocaleThatTheCodeNames() {
        noClasses()
                .should()
                .accessTargetWhere(describe(
                        "the user's locale decides",
                        access ->
                                access instanceof JavaCodeUnitAccess<?> call && takesTheUsersLocale(call.getTarget())))
                .check(LOCKSTEP);
    }

    private static boolean takesTheUsersLocale(CodeUnitAccessTarget target) {
        return LOCALE_SENSITIVE
                        .getOrDefault(target.getOwner().getName(), Set.of())
                        .contains(target.getName())
                && target.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Locale.class));
    }

    /** Each file of main code is a slice. */
    private record Files() implements SliceAssignment {
        @Override
        public String getDescription() {
            return "files";
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            return SliceIdentifier.of(javaClass.getName().replaceFirst("\\$.*", ""));
        }
    }

    private static String room(String name) {
        return "io.lockstep." + name + "..";
    }
}
