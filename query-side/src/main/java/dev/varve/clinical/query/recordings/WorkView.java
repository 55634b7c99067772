package dev.varve.clinical.query.recordings;

import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A recording that waits to be worked on.
 *
 * @param status {@code queued}: to be transcribed; {@code error}: may be queued again
 */
@JsonNaming(SnakeCaseStrategy.class)
record WorkView(UUID id, String status, Instant dueSince, int retryCount, String clinicianId, long version) {}
