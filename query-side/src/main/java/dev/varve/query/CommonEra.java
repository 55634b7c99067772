package dev.varve.query;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** An instant or a day of the years 1 to 9999: one that every database and calendar can hold. */
@Documented
@Constraint(validatedBy = {CommonEra.OfInstants.class, CommonEra.OfDays.class})
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface CommonEra {

    String message() default "must lie in the years 1 to 9999";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Compares with the bounds; nothing given is nothing wrong. */
    final class OfInstants implements ConstraintValidator<CommonEra, Instant> {

        private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
        private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

        @Override
        public boolean isValid(@Nullable Instant value, ConstraintValidatorContext context) {
            return value == null || (!value.isBefore(FIRST) && !value.isAfter(LAST));
        }
    }

    /** As for instants. */
    final class OfDays implements ConstraintValidator<CommonEra, LocalDate> {

        @Override
        public boolean isValid(@Nullable LocalDate value, ConstraintValidatorContext context) {
            return value == null || (value.getYear() >= 1 && value.getYear() <= 9999);
        }
    }
}
