package dev.varve.transit.command.gtfs;

import com.google.transit.realtime.GtfsRealtime.FeedEntity;
import com.google.transit.realtime.GtfsRealtime.FeedHeader;
import com.google.transit.realtime.GtfsRealtime.FeedMessage;
import com.google.transit.realtime.GtfsRealtime.TripDescriptor;
import com.google.transit.realtime.GtfsRealtime.TripUpdate;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeEvent;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Writes small messages of trip updates. */
final class RealtimeFile {

    private RealtimeFile() {}

    static String write(Path file, String saidAt, TripUpdate.Builder... updates) {
        FeedMessage.Builder message = FeedMessage.newBuilder()
                .setHeader(FeedHeader.newBuilder()
                        .setGtfsRealtimeVersion("2.0")
                        .setTimestamp(Instant.parse(saidAt).getEpochSecond()));
        for (int i = 0; i < updates.length; i++) {
            message.addEntity(FeedEntity.newBuilder().setId(Integer.toString(i)).setTripUpdate(updates[i]));
        }
        try {
            return Files.write(file, message.build().toByteArray()).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TripUpdate.Builder trip(String tripId) {
        return TripUpdate.newBuilder().setTrip(TripDescriptor.newBuilder().setTripId(tripId));
    }

    static TripUpdate.Builder trip(String tripId, String startDate) {
        return TripUpdate.newBuilder()
                .setTrip(TripDescriptor.newBuilder().setTripId(tripId).setStartDate(startDate));
    }

    static StopTimeUpdate.Builder late(String stopId, int seconds) {
        return StopTimeUpdate.newBuilder()
                .setStopId(stopId)
                .setDeparture(StopTimeEvent.newBuilder().setDelay(seconds));
    }

    static StopTimeUpdate.Builder arriving(String stopId, String time) {
        return StopTimeUpdate.newBuilder()
                .setStopId(stopId)
                .setArrival(
                        StopTimeEvent.newBuilder().setTime(Instant.parse(time).getEpochSecond()));
    }
}
