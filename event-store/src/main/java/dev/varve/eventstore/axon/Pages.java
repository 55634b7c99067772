package dev.varve.eventstore.axon;

import dev.varve.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads page after page, each when it is needed; a short page is the last one. */
final class Pages implements Iterator<RecordedEvent> {

    /** Reads rows from a place on. */
    @FunctionalInterface
    interface Reader {
        List<RecordedEvent> read(long from, int limit);
    }

    private final int size;
    private final ToLongFunction<RecordedEvent> place;
    private final Reader reader;
    private List<RecordedEvent> page = new ArrayList<>();
    private int next;
    private long from;
    private boolean ended;

    private Pages(int size, long from, ToLongFunction<RecordedEvent> place, Reader reader) {
        this.size = size;
        this.from = from;
        this.place = place;
        this.reader = reader;
    }

    static Stream<RecordedEvent> of(int size, long from, ToLongFunction<RecordedEvent> place, Reader reader) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        new Pages(size, from, place, reader), Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    @Override
    public boolean hasNext() {
        if (next == page.size() && !ended) {
            page = reader.read(from, size);
            next = 0;
            ended = page.size() < size;
            if (!page.isEmpty()) {
                from = place.applyAsLong(page.getLast()) + 1;
            }
        }
        return next < page.size();
    }

    @Override
    public RecordedEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the last event was read");
        }
        return page.get(next++);
    }
}
