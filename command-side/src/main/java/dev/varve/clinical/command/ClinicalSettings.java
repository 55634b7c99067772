package dev.varve.clinical.command;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How recordings are treated. Read at start.
 *
 * @param localClinician whose recordings those are that are made where nobody has to sign in; with credentials it is the
 *     name of the API key or the subject of the token
 * @param retryLimit how often a failed recording may be queued again
 * @param processingTimeout how long processing may take before the recording is failed, so that it can be queued again.
 *     Longer than the longest honest transcription, or work is done twice
 * @param timeoutCheckInterval how often that is looked at, and so how much later than the time-out it is noticed at most
 */
@Validated
@ConfigurationProperties(prefix = "varve.clinical", ignoreUnknownFields = false)
public record ClinicalSettings(
        @DefaultValue("current-clinician") @NotBlank @Size(max = ClinicalBounds.CLINICIAN_ID) String localClinician,

        @DefaultValue("3") @Min(0) @Max(1000) int retryLimit,

        @DefaultValue("30m") @NotNull @DurationMin(seconds = 1) @DurationMax(days = 30)
        Duration processingTimeout,

        @DefaultValue("30s") @NotNull @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration timeoutCheckInterval) {}
