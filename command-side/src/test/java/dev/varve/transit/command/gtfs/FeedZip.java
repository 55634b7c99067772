package dev.varve.transit.command.gtfs;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds small feeds; starts as a sound one of two stops and a trip, of which a test replaces what it is about. */
final class FeedZip {

    private static final LocalDateTime WRITTEN = LocalDateTime.of(2026, 2, 27, 12, 0);

    private final Map<String, byte[]> tables = new LinkedHashMap<>();
    private String folder = "";

    private FeedZip() {}

    /** Runs on Monday 2026-03-02 only, in UTC, from a at 08:00 by b at 08:10 to c at 08:20. */
    static FeedZip simple() {
        return new FeedZip()
                .with("agency.txt", "agency_id,agency_name,agency_url,agency_timezone", "town,Town Lines,http://x,UTC")
                .with(
                        "stops.txt",
                        "stop_id,stop_name,stop_lat,stop_lon",
                        "a,Alpha,48.1,11.5",
                        "b,Beta,48.2,11.6",
                        "c,Gamma,48.3,11.7")
                .with("routes.txt", "route_id,route_short_name,route_long_name,route_type", "r1,1,Alpha to Gamma,3")
                .with("trips.txt", "route_id,service_id,trip_id", "r1,s,t1")
                .with("calendar_dates.txt", "service_id,date,exception_type", "s,20260302,1")
                .with(
                        "stop_times.txt",
                        "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
                        "t1,08:00:00,08:00:00,a,1",
                        "t1,08:10:00,08:11:00,b,2",
                        "t1,08:20:00,08:20:00,c,3");
    }

    FeedZip with(String table, String... lines) {
        return with(table, StandardCharsets.UTF_8, String.join("\n", lines) + "\n");
    }

    FeedZip with(String table, Charset charset, String text) {
        tables.put(table, text.getBytes(charset));
        return this;
    }

    FeedZip with(String table, byte[] content) {
        tables.put(table, content);
        return this;
    }

    FeedZip without(String table) {
        tables.remove(table);
        return this;
    }

    FeedZip inFolder(String name) {
        folder = name + "/";
        return this;
    }

    Path writeTo(Path file) {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> table : tables.entrySet()) {
                ZipEntry entry = new ZipEntry(folder + table.getKey());
                entry.setTimeLocal(WRITTEN);
                zip.putNextEntry(entry);
                zip.write(table.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
