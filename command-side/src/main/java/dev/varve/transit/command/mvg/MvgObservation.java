package dev.varve.transit.command.mvg;

import dev.varve.transit.command.mvg.MvgJson.Items;
import dev.varve.transit.events.ExternalStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One answer of MVG, as it is handed over to be recorded. */
sealed interface MvgObservation {

    Instant observedAt();

    /** Items of the answer that could not be read. */
    List<MvgJson.Broken> broken();

    record Departures(MvgPlace station, Items<MvgDeparture> items, Instant observedAt) implements MvgObservation {
        @Override
        public List<MvgJson.Broken> broken() {
            return items.broken();
        }
    }

    record Stations(Items<MvgPlace> items, Instant observedAt) implements MvgObservation {
        @Override
        public List<MvgJson.Broken> broken() {
            return items.broken();
        }
    }

    /**
     * The answer to a route request.
     *
     * @param filters what was asked for beside the ends
     */
    record Route(
            MvgPlace origin,
            MvgPlace destination,
            Map<String, String> filters,
            Items<MvgRoute> items,
            Instant observedAt)
            implements MvgObservation {
        public Route {
            filters = Map.copyOf(filters);
        }

        @Override
        public List<MvgJson.Broken> broken() {
            return items.broken();
        }

        ExternalStatus status() {
            return items.read().isEmpty() && items.broken().isEmpty()
                    ? ExternalStatus.NOT_FOUND
                    : ExternalStatus.SUCCESS;
        }

        List<Map<String, @Nullable Object>> itineraries() {
            return items.read().stream().map(MvgRoute::whole).toList();
        }
    }
}
