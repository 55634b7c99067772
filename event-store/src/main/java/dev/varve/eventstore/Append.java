package dev.varve.eventstore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events that are written together or not at all; they may belong to several streams.
 *
 * @param events in the order in which they happened; versions of one stream without gaps
 * @param since for a stream, a position at or before its last known event; a stream that is missing is searched from the
 *     beginning of the log
 * @param commandId under which a repetition is recognised, if the caller wants that
 */
public record Append(
        List<NewEvent> events,
        Map<String, Long> since,
        @Nullable String commandId) {

    private static final long REACH_OF_REPETITIONS = 10_000_000;

    public Append {
        events = List.copyOf(events);
        since = Map.copyOf(since);
        if (events.isEmpty()) {
            throw new IllegalArgumentException("an append needs at least one event");
        }
    }

    public static Append of(List<NewEvent> events) {
        return new Append(events, Map.of(), null);
    }

    /**
     * Says of events of no stream how far back to search for them, so that old partitions stay closed. Their ids are new;
     * only a repetition may have written them, and that is not ten million events ago.
     *
     * @param head a position that was seen
     */
    Append withNewNear(long head) {
        if (events.stream().allMatch(event -> event.streamType() != null)) {
            return this;
        }
        long from = Math.max(0, head - REACH_OF_REPETITIONS);
        Map<String, Long> known = new HashMap<>(since);
        for (NewEvent event : events) {
            if (event.streamType() == null) {
                known.putIfAbsent(event.streamId(), from);
            }
        }
        return new Append(events, known, commandId);
    }

    /** What this append adds to each stream it touches, streams in order of their first event. */
    List<Slice> slices() {
        if (events.size() == 1) {
            return List.of(new Slice(events.getFirst().streamId(), events));
        }
        Map<String, List<NewEvent>> byStream = new LinkedHashMap<>();
        for (NewEvent event : events) {
            byStream.computeIfAbsent(event.streamId(), id -> new ArrayList<>(1)).add(event);
        }
        List<Slice> slices = new ArrayList<>(byStream.size());
        byStream.forEach((streamId, added) -> slices.add(new Slice(streamId, added)));
        return slices;
    }

    long bytes() {
        return events.stream().mapToLong(NewEvent::bytes).sum();
    }

    /** What one append adds to one stream. */
    record Slice(String streamId, List<NewEvent> events) {

        Slice {
            long last = events.getFirst().version() - 1;
            for (NewEvent event : events) {
                if (event.version() <= last) {
                    throw new StreamConflictException(streamId, event.version() - 1, last);
                }
                if (event.version() > last + 1) {
                    throw new IllegalArgumentException("stream '%s' would get version %d where %d comes next"
                            .formatted(streamId, event.version(), last + 1));
                }
                last = event.version();
            }
        }

        long firstVersion() {
            return events.getFirst().version();
        }
    }
}
