package dev.varve.clinical.query.recordings;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** The place in a list after which the next page begins; opaque to clients. */
record Cursor(Instant at, UUID id) {

    private static final int BYTES = 3 * Long.BYTES;

    /** No recording is made before the epoch or after this. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    String text() {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, at))
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Empty if it is none that was answered here. */
    static Optional<Cursor> of(String text) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() != BYTES) {
                return Optional.empty();
            }
            Cursor cursor = new Cursor(
                    Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS), new UUID(bytes.getLong(), bytes.getLong()));
            return cursor.at().isBefore(Instant.EPOCH) || cursor.at().isAfter(LATEST)
                    ? Optional.empty()
                    : Optional.of(cursor);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
