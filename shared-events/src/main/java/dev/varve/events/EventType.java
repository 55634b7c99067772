package dev.varve.events;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name and revision under which an event record is stored.
 *
 * <p>The log keeps these, never a Java class name, so a record may be renamed or moved. What may not change is the pair
 * given here together with the JSON it stands for: an incompatible change is a new revision and an upcaster.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface EventType {

    /** {@code <context>.<what-happened>} in lower case, for example {@code transit.departure-delayed}. */
    String value();

    /** The revision of the JSON shape, counted from 1. */
    int revision() default 1;
}
