package dev.varve.query;

import dev.varve.projection.Projection;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the projections whose rows a controller reads: {@code Varve-Min-Position} waits for these and no others. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Reads {

    Class<? extends Projection<?>>[] value();
}
