package dev.varve.clinical.command.history;

import dev.varve.clinical.command.recording.RecordingLog;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.events.EventType;
import dev.varve.events.PersonalText;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Words an event as its fields, whatever they are, so that a new kind of event is in the audit trail the day it is
 * recorded. Sealed texts are opened on the way.
 */
@Component
final class ChangeTexts {

    /** What stands beside the values in every entry. */
    private static final Set<String> SAID_ELSEWHERE = Set.of("recordingId", "provenance");

    private final SealedTexts texts;

    ChangeTexts(SealedTexts texts) {
        this.texts = texts;
    }

    HistoryEntry of(RecordingLog.Entry entry) {
        RecordingEvent event = entry.event();
        Provenance provenance = event.provenance();
        Map<String, @Nullable Object> values = fields((Record) event);
        SAID_ELSEWHERE.forEach(name -> values.remove(snake(name)));
        return new HistoryEntry(
                entry.position(),
                entry.version(),
                nameOf(event),
                provenance.actor(),
                provenance.at(),
                entry.recordedAt(),
                provenance.occasion().name().toLowerCase(Locale.ROOT),
                texts.open(provenance.note()),
                values);
    }

    /** The stored name without its context. */
    private static String nameOf(RecordingEvent event) {
        String name = Objects.requireNonNull(event.getClass().getAnnotation(EventType.class), "every event has a name")
                .value();
        return name.substring(name.indexOf('.') + 1);
    }

    private Map<String, @Nullable Object> fields(Record of) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : of.getClass().getRecordComponents()) {
            fields.put(snake(component.getName()), shown(value(component, of)));
        }
        return fields;
    }

    private static @Nullable Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's accessor %s cannot be called".formatted(component), e);
        }
    }

    private @Nullable Object shown(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case PersonalText text -> texts.open(text);
            case Enum<?> word -> word.name().toLowerCase(Locale.ROOT);
            case Collection<?> items -> items.stream().map(this::shown).toList();
            case Record id when isId(id) -> value(id.getClass().getRecordComponents()[0], id);
            case Record nested -> fields(nested);
            default -> value;
        };
    }

    private static boolean isId(Record candidate) {
        RecordComponent[] components = candidate.getClass().getRecordComponents();
        return components.length == 1 && components[0].getName().equals("value");
    }

    private static String snake(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
