package dev.varve.transit.command.gtfs;

import dev.varve.transit.events.TransportMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A row of stops.txt: a station, a platform of one, or a stop that is both; grows while the feed is read. */
final class Stop {

    /** Platform within station, boarding area within platform; more levels do not exist. */
    private static final int DEEPEST = 3;

    final String id;
    final long line;
    final String name;
    final String platform;
    final String timezone;
    final int locationType;
    final double latitude;
    final double longitude;
    final Set<TransportMode> modes = EnumSet.noneOf(TransportMode.class);
    final List<Stop> children = new ArrayList<>();
    private @Nullable Stop parent;

    /** Coordinates are not a number where the feed gives none. */
    Stop(
            String id,
            long line,
            String name,
            String platform,
            String timezone,
            int locationType,
            double latitude,
            double longitude) {
        this.id = id;
        this.line = line;
        this.name = name;
        this.platform = platform;
        this.timezone = timezone;
        this.locationType = locationType;
        this.latitude = latitude;
        this.longitude = longitude;
    }

    void within(Stop station) {
        parent = station;
        station.children.add(this);
    }

    /** What a passenger calls the station: the outermost place this stop lies in. */
    Stop station() {
        Stop outermost = this;
        for (int depth = 0; depth < DEEPEST && outermost.parent != null; depth++) {
            outermost = outermost.parent;
        }
        return outermost;
    }

    /** Whether it is a place to register: entrances, nodes and everything within another place are not. */
    boolean isStation() {
        return parent == null && (locationType == 0 || locationType == 1);
    }

    /** The name of the platform within the station, if the feed gives it one. */
    @Nullable String platformOrNull() {
        for (Stop place = this; place != null; place = place.parent) {
            if (!place.platform.isEmpty()) {
                return place.platform;
            }
        }
        return null;
    }

    /** Its own position; else that of the first of its platforms that has one. */
    Stop position() {
        return Double.isNaN(latitude)
                ? children.stream()
                        .filter(child -> !Double.isNaN(child.latitude))
                        .findFirst()
                        .orElse(this)
                : this;
    }
}
