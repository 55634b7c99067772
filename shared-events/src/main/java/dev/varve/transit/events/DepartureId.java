package dev.varve.transit.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The id of one departure: 32 hexadecimal digits derived from what makes it one departure and not another.
 *
 * <p>Derived and not drawn, so that the same departure observed twice, by whichever source and node, lands in the same
 * stream.
 */
public record DepartureId(String value) {

    private static final int BYTES = 16;

    /**
     * The id of the departure of a line from a station at its planned time.
     *
     * @param tripOrDestination the trip's id where the source knows it, the destination where it does not
     */
    public static DepartureId of(StationId station, LineId line, String tripOrDestination, Instant plannedAt) {
        // The unit separator cannot occur in an id, so no two different quadruples give the same text.
        String identity = String.join("\u001f", station.value(), line.value(), tripOrDestination, plannedAt.toString());
        byte[] digest = sha256().digest(identity.getBytes(StandardCharsets.UTF_8));
        return new DepartureId(HexFormat.of().formatHex(Arrays.copyOf(digest, BYTES)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
