package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingId;
import dev.varve.eventstore.AsOf;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.eventstore.axon.EventDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.springframework.stereotype.Component;

/** Reads recordings out of the log itself: as they are, as they were, and what happened to them. */
@Component
public final class RecordingLog {

    private static final int PAGE = 500;

    private final EventLog log;
    private final EventDecoder decoder;

    RecordingLog(EventLog log, EventDecoder decoder) {
        this.log = log;
        this.decoder = decoder;
    }

    /**
     * Something that happened to a recording.
     *
     * @param position its place in the log
     * @param version the recording's version after it
     * @param recordedAt when the log took it
     */
    public record Entry(long position, long version, Instant recordedAt, RecordingEvent event) {}

    /** The position of the last event in the log. */
    public long head() {
        return log.head();
    }

    /** Everything that happened; empty for a recording that is not known. */
    public List<Entry> history(RecordingId id) {
        String stream = ClinicalStreams.of(id);
        return read(version -> log.readStream(stream, version, PAGE));
    }

    /** The recording as it is. */
    public Optional<RecordingState> find(RecordingId id) {
        return fold(history(id));
    }

    /**
     * The recording as it is.
     *
     * @throws AggregateNotFoundException if it is not known
     */
    public RecordingState get(RecordingId id) {
        return find(id).orElseThrow(() -> new AggregateNotFoundException(ClinicalStreams.of(id), "not found"));
    }

    /**
     * Whose recording it is, which its first event says.
     *
     * @throws AggregateNotFoundException if it is not known
     */
    public PatientPseudonym patientOf(RecordingId id) {
        String stream = ClinicalStreams.of(id);
        List<Entry> first = decoded(log.readStream(stream, 0, 1));
        if (first.isEmpty()) {
            throw new AggregateNotFoundException(stream, "not found");
        }
        return first.getFirst().event().patient();
    }

    /** The recording as it was; empty if it was not yet. */
    public Optional<RecordingState> find(RecordingId id, AsOf asOf) {
        String stream = ClinicalStreams.of(id);
        return fold(read(version -> log.readStreamAsOf(stream, asOf, version, PAGE)));
    }

    private List<Entry> read(LongFunction<List<RecordedEvent>> page) {
        List<Entry> entries = new ArrayList<>();
        List<RecordedEvent> rows;
        long from = 0;
        do {
            rows = page.apply(from);
            entries.addAll(decoded(rows));
            from = rows.isEmpty() ? from : rows.getLast().version() + 1;
        } while (rows.size() == PAGE);
        return entries;
    }

    private List<Entry> decoded(List<RecordedEvent> rows) {
        List<Entry> entries = new ArrayList<>();
        for (RecordedEvent row : rows) {
            decoder.decode(row, type -> true, decoded -> {
                if (decoded.payload() instanceof RecordingEvent event) {
                    entries.add(new Entry(row.position(), row.version(), row.recordedAt(), event));
                }
            });
        }
        return entries;
    }

    private static Optional<RecordingState> fold(List<Entry> entries) {
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        Optional<RecordingState> state = RecordingState.begun(entries.getFirst().event());
        state.ifPresent(
                begun -> entries.stream().skip(1).forEach(entry -> begun.evolve(entry.event(), entry.version())));
        return state;
    }
}
