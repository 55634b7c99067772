package dev.varve.transit.events;

/** A station's global id, for example {@code de:09162:2} (MVG) or {@code <feed>:<stop_id>} (GTFS); 1 to 64 characters. */
public record StationId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
