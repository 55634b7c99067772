package dev.varve.transit.events;

/** The id of one recorded answer to a route request; a UUID in text form. */
public record RouteSnapshotId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
