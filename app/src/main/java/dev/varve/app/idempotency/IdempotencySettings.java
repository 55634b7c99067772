package dev.varve.app.idempotency;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long a command can be repeated with its {@code Idempotency-Key}. None of these may change while the server runs.
 *
 * @param keepFor how long an answer is kept, and so how late a repeat still gets it; longer costs rows
 * @param takeOverAfter how long a request is taken to be running, before a repeat runs it again because its node must
 *     have died; must be longer than the longest request, or it may run twice
 * @param cleanEvery how often a node deletes what has expired
 */
@ConfigurationProperties(prefix = "varve.idempotency", ignoreUnknownFields = false)
@Validated
record IdempotencySettings(
        @DefaultValue("24h") @DurationMin(minutes = 1) @DurationMax(days = 90)
        Duration keepFor,

        @DefaultValue("2m") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration takeOverAfter,

        @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(days = 1)
        Duration cleanEvery) {}
