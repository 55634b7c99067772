package dev.varve.transit.command.gtfs;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.transit.realtime.GtfsRealtime.FeedEntity;
import com.google.transit.realtime.GtfsRealtime.FeedMessage;
import com.google.transit.realtime.GtfsRealtime.TripDescriptor;
import com.google.transit.realtime.GtfsRealtime.TripUpdate;
import dev.varve.command.Bounds;
import dev.varve.command.ingestion.BrokenSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * The trip updates of a GTFS-realtime message.
 *
 * @param digest SHA-256 over the file's bytes
 * @param saidAt the message's own time; where it has none or an impossible one, now
 */
record RealtimeFeed(String digest, Instant saidAt, List<Update> updates) {

    /** The largest agencies' messages have some MiB. */
    private static final long LARGEST = 64L << 20;

    RealtimeFeed {
        updates = List.copyOf(updates);
    }

    /** An update with the id of its entity, which is how a message names its parts. */
    record Update(String entityId, TripUpdate trip) {

        /** Whether the whole trip is; refuses trips that no timetable has. */
        boolean isCancelled() throws BrokenRow {
            TripDescriptor descriptor = trip.getTrip();
            return switch (descriptor.getScheduleRelationship()) {
                case SCHEDULED, UNSCHEDULED -> false;
                case CANCELED -> true;
                case ADDED, REPLACEMENT, DUPLICATED ->
                    throw new BrokenRow("trip '%s' is %s, so it is not in the timetable"
                            .formatted(descriptor.getTripId(), descriptor.getScheduleRelationship()));
            };
        }
    }

    /** The update's own time; where it has none or an impossible one, the message's. */
    Instant saidAt(Update update) {
        Instant said = Instant.ofEpochSecond(Math.clamp(update.trip().getTimestamp(), 0, 1L << 34));
        return update.trip().hasTimestamp() && Bounds.isPlausible(said) ? said : saidAt;
    }

    static RealtimeFeed read(Path file, Instant now) throws BrokenSource {
        try {
            if (!Files.isRegularFile(file)) {
                throw new BrokenSource(file + ": there is no such file");
            }
            if (Files.size(file) > LARGEST) {
                throw new BrokenSource(file + ": is larger than " + (LARGEST >> 20) + " MiB");
            }
            byte[] bytes = Files.readAllBytes(file);
            FeedMessage message = FeedMessage.parseFrom(bytes);
            Instant said = Instant.ofEpochSecond(Math.clamp(message.getHeader().getTimestamp(), 0, 1L << 34));
            List<Update> updates = message.getEntityList().stream()
                    .filter(entity -> entity.hasTripUpdate() && !entity.getIsDeleted())
                    .map(RealtimeFeed::update)
                    .toList();
            return new RealtimeFeed(sha256(bytes), Bounds.isPlausible(said) ? said : now, updates);
        } catch (InvalidProtocolBufferException e) {
            throw new BrokenSource(file + ": is no GTFS-realtime message (" + e.getMessage() + ")", e);
        } catch (IOException e) {
            throw new BrokenSource(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static Update update(FeedEntity entity) {
        return new Update(entity.getId(), entity.getTripUpdate());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
