package dev.varve.transit.query.lines;

import static dev.varve.transit.query.generated.Tables.LINE;

import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.transit.events.LineEvent;
import dev.varve.transit.events.LineEvent.LineChanged;
import dev.varve.transit.events.LineEvent.LineRegistered;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.TransportMode;
import java.util.Set;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

@Component
final class LineProjection implements Projection<LineEvent> {

    @Override
    public String name() {
        return "transit.lines";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<LineEvent> eventType() {
        return LineEvent.class;
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(LINE);
    }

    @Override
    public void project(RecordedEvent<LineEvent> event, Changes changes) {
        switch (event.payload()) {
            case LineRegistered e ->
                describe(event, changes, e.lineId(), e.label(), e.mode(), e.operator(), e.description(), e.colorHex());
            case LineChanged e ->
                describe(event, changes, e.lineId(), e.label(), e.mode(), e.operator(), e.description(), e.colorHex());
        }
    }

    private static void describe(
            RecordedEvent<?> event,
            Changes changes,
            LineId id,
            String label,
            TransportMode mode,
            String operator,
            @Nullable String description,
            @Nullable String colorHex) {
        changes.upsert(Key.of(LINE.LINE_ID, id.value()))
                .set(LINE.LABEL, label)
                .set(LINE.MODE, mode.name())
                .set(LINE.OPERATOR, operator)
                .set(LINE.DESCRIPTION, description)
                .set(LINE.COLOR_HEX, colorHex)
                .set(LINE.VERSION, event.version());
    }
}
