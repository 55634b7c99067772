package dev.varve.events;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name under which a public message goes out, and what it says.
 *
 * <p>Others rely on the record's JSON. Within a version nothing is removed, renamed, retyped or newly required; the build
 * compares it with the schema in {@code docs/messages}. Anything else is a new version beside the old one.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface MessageType {

    /** {@code dev.varve.<context>.<what-happened>.v<version>}, for example {@code dev.varve.transit.departure-delayed.v1}. */
    String value();

    /** {@code <context>.<thing>}: where it goes, for example {@code transit.departure}. */
    String topic();

    /** What it tells a consumer, in a sentence. */
    String description();
}
