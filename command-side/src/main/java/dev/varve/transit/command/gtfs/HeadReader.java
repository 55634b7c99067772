package dev.varve.transit.command.gtfs;

import dev.varve.command.Bounds;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.transit.command.gtfs.GtfsFeed.Agency;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads agencies, calendars and the feed's name. */
final class HeadReader {

    /** Shorter ids, and numbers, do not tell one feed from another. */
    private static final int SHORTEST_TELLING_ID = 3;

    private final GtfsArchive archive;
    private final Findings findings = new Findings();

    HeadReader(GtfsArchive archive) {
        this.archive = archive;
    }

    GtfsFeed.Head read() throws BrokenSource {
        if (!archive.has("calendar.txt") && !archive.has("calendar_dates.txt")) {
            throw new BrokenSource("the feed holds neither calendar.txt nor calendar_dates.txt");
        }
        List<Agency> agencies = readAgencies();
        return new GtfsFeed.Head(agencies, feedId(agencies), readCalendar(), findings);
    }

    private List<Agency> readAgencies() throws BrokenSource {
        List<Agency> agencies = new ArrayList<>();
        try (CsvTable table = archive.table("agency.txt", "agency_name", "agency_timezone")) {
            int id = table.column("agency_id");
            int name = table.column("agency_name");
            int timezone = table.column("agency_timezone");
            while (table.next()) {
                String zone = table.get(timezone);
                if (!Bounds.isTimeZone(zone)) {
                    throw new BrokenSource(
                            "agency.txt:%d: agency_timezone '%s' is no time zone".formatted(table.line(), zone));
                }
                agencies.add(new Agency(table.get(id), table.get(name), ZoneId.of(zone)));
            }
        }
        if (agencies.isEmpty()) {
            throw new BrokenSource("agency.txt: names no agency");
        }
        return agencies;
    }

    /** The id that the feed gives itself; else its agency's id or name; else, of several agencies, its publisher. */
    private String feedId(List<Agency> agencies) throws BrokenSource {
        String publisher = "";
        try (CsvTable table = archive.optionalTable("feed_info.txt")) {
            if (table != null && table.next()) {
                String own = table.get(table.column("feed_id"));
                if (tells(own)) {
                    return FeedIds.feedIdOf(own);
                }
                publisher = table.get(table.column("feed_publisher_name"));
            }
        }
        Agency first = agencies.getFirst();
        if (agencies.size() > 1 && !publisher.isEmpty()) {
            return FeedIds.feedIdOf(publisher);
        }
        return FeedIds.feedIdOf(tells(first.id()) ? first.id() : first.name());
    }

    private static boolean tells(String id) {
        return id.length() >= SHORTEST_TELLING_ID && !id.chars().allMatch(Character::isDigit);
    }

    private ServiceCalendar readCalendar() throws BrokenSource {
        ServiceCalendar calendar = new ServiceCalendar();
        readWeekly(calendar);
        readExceptions(calendar);
        return calendar;
    }

    private void readWeekly(ServiceCalendar calendar) throws BrokenSource {
        try (CsvTable table = archive.optionalTable(
                "calendar.txt",
                "service_id",
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
                "start_date",
                "end_date")) {
            while (table != null && table.next()) {
                try {
                    String service = table.required(table.column("service_id"), "service_id");
                    LocalDate first = ServiceCalendar.parseDate(table.get(table.column("start_date")), "start_date");
                    LocalDate last = ServiceCalendar.parseDate(table.get(table.column("end_date")), "end_date");
                    calendar.weekly(service, weekdays(table), first, last);
                } catch (BrokenRow e) {
                    findings.reject(GtfsFeed.DEPARTURES, table, e.reason());
                }
            }
        }
    }

    private static Set<DayOfWeek> weekdays(CsvTable table) throws BrokenRow {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (DayOfWeek day : DayOfWeek.values()) {
            String name = day.name().toLowerCase(Locale.ROOT);
            String runs = table.get(table.column(name));
            if (runs.equals("1")) {
                days.add(day);
            } else if (!runs.equals("0")) {
                throw new BrokenRow("%s '%s' is neither 0 nor 1".formatted(name, runs));
            }
        }
        return days;
    }

    private void readExceptions(ServiceCalendar calendar) throws BrokenSource {
        try (CsvTable table = archive.optionalTable("calendar_dates.txt", "service_id", "date", "exception_type")) {
            while (table != null && table.next()) {
                try {
                    String service = table.required(table.column("service_id"), "service_id");
                    LocalDate day = ServiceCalendar.parseDate(table.get(table.column("date")), "date");
                    String type = table.get(table.column("exception_type"));
                    switch (type) {
                        case "1" -> calendar.add(service, day);
                        case "2" -> calendar.remove(service, day);
                        default -> throw new BrokenRow("exception_type '" + type + "' is neither 1 nor 2");
                    }
                } catch (BrokenRow e) {
                    findings.reject(GtfsFeed.DEPARTURES, table, e.reason());
                }
            }
        }
    }
}
