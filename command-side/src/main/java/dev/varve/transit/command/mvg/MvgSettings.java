package dev.varve.transit.command.mvg;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/** {@code varve.transit.mvg.*}; each is explained, and has its default, in {@code mvg.properties} beside this class. */
@Validated
@ConfigurationProperties("varve.transit.mvg")
record MvgSettings(
        @NotNull @Pattern(regexp = HTTP_URL) String baseUrl,
        @NotNull @Pattern(regexp = HTTP_URL) String zdmUrl,
        @NotBlank String userAgent,

        @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 5)
        Duration connectTimeout,

        @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 5)
        Duration requestTimeout,

        @NotNull DataSize maxAnswerSize,
        @Min(0) @Max(1_000_000) int requestsPerMinute,
        @NotNull @Valid CacheSettings cache,
        @NotNull @Valid RecordingSettings recording) {

    private static final String HTTP_URL = "(https?://[^?#\\s]+)?";

    /** How long answers are kept. */
    record CacheSettings(
            @NotNull @Valid Lifetimes departures,
            @NotNull @Valid Lifetimes stationSearch,
            @NotNull @Valid Lifetimes stationList,
            @NotNull @Valid Lifetimes route,

            @NotNull @DurationMin(millis = 1) @DurationMax(days = 30)
            Duration notFoundTtl,

            @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 5)
            Duration lockTtl,

            @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 5)
            Duration lockWait,

            @Min(1) @Max(10_000_000) int maximumEntries) {}

    /**
     * How long an answer is fresh, and how long it may be shown while or because a newer one is not there.
     *
     * @param ttl from its arrival
     * @param staleTtl from its arrival too, so a stale time that is not longer than the fresh one means never
     */
    record Lifetimes(
            @NotNull @DurationMin(millis = 1) @DurationMax(days = 30)
            Duration ttl,

            @NotNull @DurationMin(millis = 0) @DurationMax(days = 30)
            Duration staleTtl) {}

    /** The queue between answering a caller and recording what was answered. */
    record RecordingSettings(
            @Min(1) @Max(1_000_000) int queueCapacity,
            @Min(1) @Max(64) int workers,

            @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 5)
            Duration drainTimeout,

            @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 5)
            Duration reportDelay) {}

    boolean enabled() {
        return !baseUrl.isBlank();
    }

    /** Where the station dump is: where it is said to be, else where MVG has it on the host of the API. */
    String stationDumpUrl() {
        return zdmUrl.isBlank() ? URI.create(baseUrl).resolve("/.rest/zdm").toString() : zdmUrl;
    }
}
