package io.lockstep.training;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a component of a configuration record as an option. This is the only place that names the option, its
 * default, its range, and whether it has a part in the result: the command line, the configuration file,
 * {@code run.json} and the check of a resuming run all follow it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
    /** Without dashes. */
    String name();

    /** What a value is called in the help, for example {@code N}; of an option that is a flag, empty. */
    String label() default "";

    /** As on the command line; empty for none. */
    String defaultValue() default "";

    /** The numbers that are allowed, in the notation of {@link Interval}; empty for any. */
    String range() default "";

    /** Whether training needs it to be given. */
    boolean required() default false;

    /** If it is not declared, a resuming run is refused under another value, which is always safe. */
    Effect effect() default Effect.RESULT;

    /** The lines of the help. {@code ${CANDIDATES}} stands for the names of an enum's constants. */
    String[] description();

    /** What an option can change. */
    enum Effect {
        /** The bits of the result. */
        RESULT,
        /** Where, when or by what the result is computed, read or written, but no bit of it. */
        PLACEMENT
    }
}
