package dev.varve.transit.command.departure;

import dev.varve.command.IdText;
import dev.varve.command.PlausibleTime;
import dev.varve.command.Rejected;
import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.StationId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that tells the departures of one station.
 *
 * @param source {@value #DEFAULT_SOURCE} where it is absent
 * @param observedAt now where it is absent
 */
record DeparturesRequest(
        @NotNull @Size(max = TransitBounds.ID) @IdText String stationId,
        @Size(max = TransitBounds.SOURCE) @IdText @Nullable String source,
        @Size(max = TransitBounds.ID) @IdText @Nullable String ingestionRunId,
        @PlausibleTime @Nullable Instant observedAt,
        @NotEmpty @Size(max = MOST_ITEMS) List<@NotNull @Valid DepartureItem> items) {

    static final String DEFAULT_SOURCE = "api";
    static final int MOST_ITEMS = 1000;

    StationId station() {
        return new StationId(stationId);
    }

    @Nullable IngestionRunId run() {
        return ingestionRunId == null ? null : new IngestionRunId(ingestionRunId);
    }

    /** The lines that the items name, each once. */
    Collection<RegisterLine> lines() {
        Map<LineId, RegisterLine> lines = new LinkedHashMap<>();
        eachItem(item -> {
            RegisterLine line = item.line();
            RegisterLine earlier = lines.putIfAbsent(line.lineId(), line);
            if (earlier != null && !earlier.equals(line)) {
                throw new Rejected(
                        "transit",
                        "line-described-twice",
                        "lineId",
                        "line " + line.lineId() + " is described differently by an earlier item");
            }
            return line;
        });
        return lines.values();
    }

    /** The observations, in the order of the items. */
    List<ObserveDeparture> observations(Instant now) {
        Instant at = observedAt == null ? now : observedAt;
        return eachItem(item -> item.observation(station(), source == null ? DEFAULT_SOURCE : source, run(), at));
    }

    /** What each item comes to; a rejection names the item. */
    private <T> List<T> eachItem(Function<DepartureItem, T> make) {
        List<T> made = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            try {
                made.add(make.apply(items.get(i)));
            } catch (Rejected e) {
                throw e.below("items[" + i + "]");
            }
        }
        return made;
    }
}
