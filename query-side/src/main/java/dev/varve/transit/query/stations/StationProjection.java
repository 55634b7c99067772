package dev.varve.transit.query.stations;

import static dev.varve.transit.query.generated.Tables.STATION;

import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.query.SearchKey;
import dev.varve.transit.events.StationEvent;
import dev.varve.transit.events.StationEvent.StationChanged;
import dev.varve.transit.events.StationEvent.StationRegistered;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.util.List;
import java.util.Set;
import org.jooq.Table;
import org.springframework.stereotype.Component;

@Component
final class StationProjection implements Projection<StationEvent> {

    @Override
    public String name() {
        return "transit.stations";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<StationEvent> eventType() {
        return StationEvent.class;
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(STATION);
    }

    @Override
    public void project(RecordedEvent<StationEvent> event, Changes changes) {
        switch (event.payload()) {
            case StationRegistered e ->
                describe(
                        event,
                        changes,
                        e.stationId(),
                        e.name(),
                        e.place(),
                        e.latitude(),
                        e.longitude(),
                        e.modes(),
                        e.timezone());
            case StationChanged e ->
                describe(
                        event,
                        changes,
                        e.stationId(),
                        e.name(),
                        e.place(),
                        e.latitude(),
                        e.longitude(),
                        e.modes(),
                        e.timezone());
        }
    }

    private static void describe(
            RecordedEvent<?> event,
            Changes changes,
            StationId id,
            String name,
            String place,
            double latitude,
            double longitude,
            List<TransportMode> modes,
            String timezone) {
        changes.upsert(Key.of(STATION.STATION_ID, id.value()))
                .set(STATION.NAME, name)
                .set(STATION.PLACE, place)
                .set(STATION.LATITUDE, latitude)
                .set(STATION.LONGITUDE, longitude)
                .set(STATION.MODES, modes.stream().map(TransportMode::name).toArray(String[]::new))
                .set(STATION.TIMEZONE, timezone)
                .set(STATION.SEARCH_KEY, SearchKey.of(name + " " + place))
                .set(STATION.VERSION, event.version());
    }
}
