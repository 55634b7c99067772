package dev.varve.transit.command.mvg;

import dev.varve.command.Rejected;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.ImportOptions;
import dev.varve.command.ingestion.IngestionConsole;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.IngestionReport;
import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.RowSink;
import dev.varve.transit.command.ingestion.TransitIngestion;
import dev.varve.transit.command.routesnapshot.RecordRouteSnapshot;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.IngestionSource;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.StationId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records a saved answer of MVG's {@code /routes} as one route snapshot, and the stations it passes. */
@Component
@Command(
        name = "mvg-route",
        mixinStandardHelpOptions = true,
        description = "Imports a route from a saved answer of MVG.",
        footer = {"", "Importing the same file again records nothing. A broken itinerary is reported and skipped."})
final class ImportMvgRoute implements Callable<Integer> {

    private static final String KIND = "itineraries";
    private static final String SNAPSHOTS = "snapshots";

    private final TransitIngestion imports;

    @Parameters(paramLabel = "FILE", description = "A JSON list as MVG's /routes answers.")
    private @Nullable Path file;

    @Option(
            names = "--origin",
            required = true,
            paramLabel = "ID",
            description = "The first station's global id, or latitude,longitude of an address or a point of interest.")
    private String origin = "";

    @Option(
            names = "--destination",
            required = true,
            paramLabel = "ID",
            description = "The last station's global id, or latitude,longitude of an address or a point of interest.")
    private String destination = "";

    @Option(
            names = "--requested-at",
            paramLabel = "INSTANT",
            description = "When MVG was asked. Default: the earliest departure in the file.")
    private @Nullable Instant requestedAt;

    @Mixin
    private final ImportOptions options = new ImportOptions();

    ImportMvgRoute(TransitIngestion imports) {
        this.imports = imports;
    }

    /** 0: the file was read to its end; 1: it is broken, or the import failed. */
    @Override
    public Integer call() {
        IngestionConsole console = options.console();
        try {
            MvgFile routes = MvgFile.read(required(file));
            if (routes.elements().isEmpty() && requestedAt == null) {
                throw new BrokenSource(routes.name()
                        + " holds no itinerary, so nothing says when it was asked for; give --requested-at");
            }
            IngestionReport report =
                    imports.run(IngestionSource.MVG_ROUTES, job(routes), sink -> submit(routes, sink), console);
            return report.succeeded() ? 0 : 1;
        } catch (BrokenSource e) {
            console.broken(e);
            return 1;
        }
    }

    private IngestionJob job(MvgFile routes) {
        Map<String, String> parameters = new TreeMap<>();
        parameters.put("origin", origin);
        parameters.put("destination", destination);
        if (requestedAt != null) {
            parameters.put("requestedAt", requestedAt.toString());
        }
        return new IngestionJob(
                "import mvg-route", routes.digest(), parameters, Map.of("file", routes.name()), 0, options.mode());
    }

    private void submit(MvgFile file, RowSink sink) {
        List<MvgRoute> routes = file.items(KIND, MvgRoute::read, sink).stream()
                .map(MvgFile.Item::content)
                .toList();
        if (routes.isEmpty() && !file.elements().isEmpty()) {
            return;
        }
        try {
            for (RegisterStation station : MvgCommands.registerStations(routes)) {
                sink.submit(IngestionRow.of("stations", file.name(), 0, station.stream(), station));
            }
            sink.settle();
            RecordRouteSnapshot snapshot = snapshot(routes, sink);
            sink.submit(IngestionRow.of(SNAPSHOTS, file.name(), 0, snapshot.stream(), snapshot));
        } catch (Rejected e) {
            sink.reject(SNAPSHOTS, file.name(), 0, e.detail());
        }
    }

    private RecordRouteSnapshot snapshot(List<MvgRoute> routes, RowSink sink) {
        return RecordRouteSnapshot.of(
                end(
                        origin,
                        routes.stream().map(route -> route.parts().getFirst().from())),
                end(
                        destination,
                        routes.stream().map(route -> route.parts().getLast().to())),
                Map.of(),
                routes.stream().map(MvgRoute::whole).toList(),
                routes.isEmpty() ? ExternalStatus.NOT_FOUND : ExternalStatus.SUCCESS,
                requestedAt == null ? earliest(routes) : requestedAt,
                TransitIngestion.runId(sink));
    }

    /** The end as it was given, with the name and place that the file has for it. */
    private static RouteEnd end(String given, Stream<MvgRoute.Stop> stops) {
        return MvgPlace.atCoordinates(given)
                .map(MvgCommands::routeEnd)
                .orElseGet(() -> stops.filter(stop -> given.equals(stop.stationId()))
                        .findFirst()
                        .map(stop -> new RouteEnd(new StationId(given), stop.name(), stop.latitude(), stop.longitude()))
                        .orElseGet(() -> RouteEnd.station(new StationId(given))));
    }

    /** Derived from the content, so that the same file is the same snapshot whenever it is imported. */
    private static Instant earliest(List<MvgRoute> routes) {
        return routes.stream()
                .flatMap(MvgRoute::stops)
                .map(MvgRoute.Stop::plannedAt)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    private static Path required(@Nullable Path path) {
        if (path == null) {
            throw new IllegalStateException("the command was called without its command line");
        }
        return path;
    }
}
