package dev.varve.transit.command.oldstore;

import dev.varve.command.ingestion.oldstore.BrokenField;
import dev.varve.transit.command.ingestion.TakeOverIngestion;
import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.IngestionSource;
import dev.varve.transit.events.TransportMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The words of the old tables as ours, in either case and as whichever of the old versions wrote them. */
final class OldWords {

    /** What MVG says and the old enum had no value for; the old code wrote it into columns without that enum. */
    private static final Map<String, TransportMode> FOREIGN_MODES = Map.ofEntries(
            Map.entry("BAHN", TransportMode.REGIONAL),
            Map.entry("REGIONAL_BUS", TransportMode.BUS),
            Map.entry("REGIONALBUS", TransportMode.BUS),
            Map.entry("SEV", TransportMode.BUS),
            Map.entry("SCHIFF", TransportMode.FERRY),
            Map.entry("RUFTAXI", TransportMode.ON_DEMAND),
            Map.entry("PEDESTRIAN", TransportMode.OTHER));

    private OldWords() {}

    /** One that nobody knows is {@code OTHER}, so that the row is not lost. */
    static TransportMode mode(String word) {
        String plain = constant(word);
        return named(TransportMode.values(), plain)
                .or(() -> named(TransportMode.values(), plain.replace("_", "")))
                .orElseGet(() -> FOREIGN_MODES.getOrDefault(plain, TransportMode.OTHER));
    }

    static boolean isKnownMode(String word) {
        return mode(word) != TransportMode.OTHER || constant(word).matches("OTHER|PEDESTRIAN");
    }

    static ExternalStatus externalStatus(String column, String word) throws BrokenField {
        return named(ExternalStatus.values(), constant(word))
                .orElseThrow(() -> unknown(column, ExternalStatus.values()));
    }

    static IngestionSource source(String column, String word) throws BrokenField {
        return named(IngestionSource.values(), constant(word))
                .orElseThrow(() -> unknown(column, IngestionSource.values()));
    }

    /** A run that had not begun is one that is under way: nothing here knows the difference. */
    static TakeOverIngestion.Status runStatus(String column, String word) throws BrokenField {
        return switch (constant(word)) {
            case "PENDING", "RUNNING" -> TakeOverIngestion.Status.RUNNING;
            case "RETRYING" -> TakeOverIngestion.Status.RETRYING;
            // The default of the old code's function, which its own enum refused.
            case "SUCCESS", "COMPLETED" -> TakeOverIngestion.Status.SUCCESS;
            case "FAILED" -> TakeOverIngestion.Status.FAILED;
            default -> throw unknown(column, TakeOverIngestion.Status.values());
        };
    }

    static DepartureStatus departureStatus(String column, String word) throws BrokenField {
        return named(DepartureStatus.values(), constant(word))
                .orElseThrow(() -> unknown(column, DepartureStatus.values()));
    }

    private static String constant(String word) {
        return word.strip().toUpperCase(Locale.ROOT).replaceAll("[-\\s]+", "_");
    }

    private static <E extends Enum<E>> Optional<E> named(E[] values, String name) {
        return Arrays.stream(values).filter(value -> value.name().equals(name)).findFirst();
    }

    private static BrokenField unknown(String column, Enum<?>[] known) {
        return new BrokenField(column, "must be one of " + Arrays.toString(known));
    }

    /** The status that an old departure was given. */
    enum DepartureStatus {
        ON_TIME,
        DELAYED,
        CANCELLED,
        UNKNOWN
    }
}
