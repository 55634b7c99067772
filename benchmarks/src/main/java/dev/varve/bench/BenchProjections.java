package dev.varve.bench;

import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.Sequencing;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import java.util.Set;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;

/** Two more read models of departures, one that counts and one that deletes. */
final class BenchProjections {

    static final String CREATE = """
            CREATE TABLE public.station_load (station_id text PRIMARY KEY, departures bigint NOT NULL DEFAULT 0, position bigint NOT NULL);
            CREATE TABLE public.current_delay (departure_id text PRIMARY KEY, delay_seconds integer NOT NULL, position bigint NOT NULL)""";

    private BenchProjections() {}

    /** How many departures were ever planned at each station. */
    static final class StationLoads implements Projection<DepartureEvent> {

        @Override
        public String name() {
            return "bench.station-loads";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Class<DepartureEvent> eventType() {
            return DepartureEvent.class;
        }

        @Override
        public Set<Table<?>> tables() {
            return Set.of(StationLoad.TABLE);
        }

        @Override
        public Sequencing sequencing() {
            return Sequencing.LOG;
        }

        @Override
        public void project(RecordedEvent<DepartureEvent> event, Changes changes) {
            if (event.payload() instanceof DeparturePlanned planned) {
                changes.upsert(Key.of(
                                StationLoad.TABLE.stationId, planned.stationId().value()))
                        .add(StationLoad.TABLE.departures, 1);
            }
        }
    }

    /** The departures that are late now. */
    static final class CurrentDelays implements Projection<DepartureEvent> {

        @Override
        public String name() {
            return "bench.current-delays";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Class<DepartureEvent> eventType() {
            return DepartureEvent.class;
        }

        @Override
        public Set<Table<?>> tables() {
            return Set.of(CurrentDelay.TABLE);
        }

        @Override
        public boolean replayable() {
            return false;
        }

        @Override
        public void project(RecordedEvent<DepartureEvent> event, Changes changes) {
            Key row = Key.of(
                    CurrentDelay.TABLE.departureId,
                    event.payload().departureId().value());
            if (event.payload() instanceof DepartureDelayed delayed) {
                changes.upsert(row).set(CurrentDelay.TABLE.delaySeconds, delayed.delaySeconds());
            } else if (event.payload() instanceof DepartureOnTime) {
                changes.delete(row);
            }
        }
    }

    @SuppressWarnings("UnusedVariable")
    private static final class StationLoad extends TableImpl<Record> {

        private static final long serialVersionUID = 1L;

        static final StationLoad TABLE = new StationLoad();

        final TableField<Record, String> stationId = createField(DSL.name("station_id"), SQLDataType.CLOB.notNull());
        final TableField<Record, Long> departures = createField(DSL.name("departures"), SQLDataType.BIGINT.notNull());
        final TableField<Record, Long> position = createField(DSL.name("position"), SQLDataType.BIGINT.notNull());

        private StationLoad() {
            super(DSL.name("station_load"));
        }
    }

    @SuppressWarnings("UnusedVariable")
    private static final class CurrentDelay extends TableImpl<Record> {

        private static final long serialVersionUID = 1L;

        static final CurrentDelay TABLE = new CurrentDelay();

        final TableField<Record, String> departureId =
                createField(DSL.name("departure_id"), SQLDataType.CLOB.notNull());
        final TableField<Record, Integer> delaySeconds =
                createField(DSL.name("delay_seconds"), SQLDataType.INTEGER.notNull());
        final TableField<Record, Long> position = createField(DSL.name("position"), SQLDataType.BIGINT.notNull());

        private CurrentDelay() {
            super(DSL.name("current_delay"));
        }
    }
}
