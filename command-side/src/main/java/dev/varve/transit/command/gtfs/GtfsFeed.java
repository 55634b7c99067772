package dev.varve.transit.command.gtfs;

import dev.varve.command.ingestion.BrokenSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/**
 * A feed without its stop times: what is needed to make sense of them while they are read.
 *
 * <p>Reading it reads the whole archive through, stop times included, so that nothing can break once commands flow.
 *
 * @param trips all of them by id; those that are not wanted share one object for each route
 * @param stopTimes how many stop times the wanted trips have
 * @param departures how many departures these make at most
 */
record GtfsFeed(
        Map<String, Stop> stops,
        Map<String, Route> routes,
        Map<String, Trip> trips,
        long stopTimes,
        long departures,
        Findings findings) {

    static final String STATIONS = "stations";
    static final String LINES = "lines";
    static final String DEPARTURES = "departures";

    /** Which days of which trips are wanted; none means that the trip is not. */
    @FunctionalInterface
    interface Selection {
        List<LocalDate> days(String tripId, String serviceId);
    }

    /** What a feed says of itself, which is little and read first. */
    record Head(List<Agency> agencies, String feedId, ServiceCalendar calendar, Findings findings) {

        ZoneId zone() {
            return agencies.getFirst().zone();
        }
    }

    /** A row of agency.txt. */
    record Agency(String id, String name, ZoneId zone) {}

    static Head readHead(GtfsArchive archive) throws BrokenSource {
        return new HeadReader(archive).read();
    }

    static GtfsFeed read(GtfsArchive archive, Head head, Selection selection) throws BrokenSource {
        return new FeedReader(archive, head, selection).read();
    }
}
