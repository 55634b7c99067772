package dev.varve.transit.command.mvg;

import dev.varve.command.Rejected;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.ImportOptions;
import dev.varve.command.ingestion.IngestionConsole;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.IngestionReport;
import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.RowSink;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.ingestion.TransitIngestion;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.events.IngestionSource;
import dev.varve.transit.events.StationId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records a saved answer of MVG's {@code /departures}. */
@Component
@Command(
        name = "mvg-departures",
        mixinStandardHelpOptions = true,
        description = "Imports departures of one station from a saved answer of MVG.",
        footer = {"", "Importing the same file again records nothing. A broken item is reported and skipped."})
final class ImportMvgDepartures implements Callable<Integer> {

    private static final String KIND = "departures";

    private final TransitIngestion imports;
    private final Clock clock;

    @Parameters(paramLabel = "FILE", description = "A JSON list as MVG's /departures answers.")
    private @Nullable Path file;

    @Option(
            names = "--station",
            required = true,
            paramLabel = "ID",
            description = "The station's global id, for example de:09162:2.")
    private String station = "";

    @Option(
            names = "--station-name",
            paramLabel = "NAME",
            description = "The station's name; it is registered when --latitude and --longitude say where it is.")
    private @Nullable String stationName;

    @Option(names = "--station-place", paramLabel = "TOWN", description = "The station's town.")
    private String stationPlace = "";

    @Option(names = "--latitude", paramLabel = "DEGREES", description = "The station's latitude, WGS 84.")
    private @Nullable Double latitude;

    @Option(names = "--longitude", paramLabel = "DEGREES", description = "The station's longitude, WGS 84.")
    private @Nullable Double longitude;

    @Option(
            names = "--locations",
            paramLabel = "FILE",
            description = "A saved answer of MVG's /locations that describes the station, which is then registered.")
    private @Nullable Path locations;

    @Option(
            names = "--observed-at",
            paramLabel = "INSTANT",
            description =
                    "When MVG said so, for example 2026-05-20T11:16:00Z. Default: when the file was" + " written.")
    private @Nullable Instant observedAt;

    @Mixin
    private final ImportOptions options = new ImportOptions();

    ImportMvgDepartures(TransitIngestion imports, Clock clock) {
        this.imports = imports;
        this.clock = clock;
    }

    /** 0: the file was read to its end; 1: it is broken, or the import failed. */
    @Override
    public Integer call() {
        IngestionConsole console = options.console();
        try {
            MvgFile departures = MvgFile.read(required(file));
            MvgPlace description = description();
            IngestionReport report = imports.run(
                    IngestionSource.MVG_DEPARTURES,
                    job(departures),
                    sink -> submit(departures, description, sink),
                    console);
            return report.succeeded() ? 0 : 1;
        } catch (BrokenSource e) {
            console.broken(e);
            return 1;
        }
    }

    private IngestionJob job(MvgFile departures) {
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("station", station);
        if (observedAt != null) {
            parameters.put("observedAt", observedAt.toString());
        }
        return new IngestionJob(
                "import mvg-departures",
                departures.digest(),
                parameters,
                Map.of("file", departures.name()),
                departures.elements().size(),
                options.mode());
    }

    private void submit(MvgFile file, @Nullable MvgPlace description, RowSink sink) {
        List<MvgFile.Item<MvgDeparture>> items = file.items(KIND, MvgDeparture::read, sink);
        submitStation(file, description, items, sink);
        submitLines(file, items, sink);
        sink.settle();
        Instant at = observedAt == null ? file.writtenAt(clock.instant()) : observedAt;
        for (MvgFile.Item<MvgDeparture> item : items) {
            try {
                ObserveDeparture command = MvgCommands.observeDeparture(
                        new StationId(station), item.content(), TransitIngestion.runId(sink), at);
                sink.submit(IngestionRow.of(KIND, file.name(), item.line(), command.stream(), command));
            } catch (Rejected e) {
                sink.reject(KIND, file.name(), item.line(), e.detail());
            }
        }
    }

    private void submitStation(
            MvgFile file, @Nullable MvgPlace description, List<MvgFile.Item<MvgDeparture>> items, RowSink sink) {
        if (description == null) {
            sink.note("station " + station + " is not described by this file; to register it, give --locations, or"
                    + " --station-name with --latitude and --longitude");
            return;
        }
        try {
            MvgCommands.registerStation(withTypes(description, items))
                    .ifPresent(command ->
                            sink.submit(IngestionRow.of("stations", file.name(), 0, command.stream(), command)));
        } catch (Rejected e) {
            sink.reject("stations", file.name(), 0, e.detail());
        }
    }

    private static void submitLines(MvgFile file, List<MvgFile.Item<MvgDeparture>> items, RowSink sink) {
        Set<RegisterLine> known = new HashSet<>();
        for (MvgFile.Item<MvgDeparture> item : items) {
            try {
                RegisterLine command = MvgCommands.registerLine(item.content());
                if (known.add(command)) {
                    sink.submit(IngestionRow.of("lines", file.name(), item.line(), command.stream(), command));
                }
            } catch (Rejected e) {
                sink.reject("lines", file.name(), item.line(), e.detail());
            }
        }
    }

    /** Null when neither a file nor the options say enough of the station. */
    private @Nullable MvgPlace description() throws BrokenSource {
        if (locations != null) {
            MvgFile places = MvgFile.read(locations);
            return places.readable(MvgPlace::readLocation).stream()
                    .filter(place -> station.equals(place.id()))
                    .findFirst()
                    .orElseThrow(() -> new BrokenSource(places.name() + " does not describe station " + station));
        }
        return stationName == null || latitude == null || longitude == null
                ? null
                : new MvgPlace(station, stationName, stationPlace, latitude, longitude, List.of());
    }

    /** Who only gives a name and a position leaves it to the departures to say what stops there. */
    private static MvgPlace withTypes(MvgPlace place, List<MvgFile.Item<MvgDeparture>> items) {
        return place.transportTypes().isEmpty()
                ? new MvgPlace(
                        place.id(),
                        place.name(),
                        place.place(),
                        place.latitude(),
                        place.longitude(),
                        items.stream()
                                .map(item -> item.content().transportType())
                                .distinct()
                                .toList())
                : place;
    }

    private static Path required(@Nullable Path path) {
        if (path == null) {
            throw new IllegalStateException("the command was called without its command line");
        }
        return path;
    }
}
