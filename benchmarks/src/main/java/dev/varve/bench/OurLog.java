package dev.varve.bench;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.Appended;
import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.Partitions;
import dev.varve.eventstore.PostgresEventLog;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import javax.sql.DataSource;

/** Ours: the log behind its port, as the Axon adapter uses it. */
final class OurLog implements AutoCloseable {

    private static final byte[] PAYLOAD = BenchEvent.JSON.getBytes(StandardCharsets.UTF_8);
    private static final byte[] METADATA = BenchEvent.METADATA.getBytes(StandardCharsets.UTF_8);

    private static final int FILLED_STREAM = 10;
    private static final AtomicInteger NODES = new AtomicInteger();

    private final DataSource dataSource;
    private final PostgresEventLog log;
    private final String prefix = "stream-%d-".formatted(NODES.incrementAndGet());
    private final AtomicLong streams = new AtomicLong();
    private final AtomicLong appendedToFilled = new AtomicLong();
    private long filled;

    OurLog(DataSource dataSource) {
        this.dataSource = dataSource;
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    }

    PostgresEventLog log() {
        return log;
    }

    /** An append of so many events, all of one new stream. */
    long append(int events) {
        String stream = newStream();
        List<NewEvent> news = new ArrayList<>();
        for (int version = 0; version < events; version++) {
            news.add(event(stream, version));
        }
        log.append(Append.of(news));
        return events;
    }

    /** As an append of one event, and says when it is durable. */
    long append(ReaderLag reader) {
        Appended appended = log.append(Append.of(List.of(event(newStream(), 0))));
        reader.durable(appended.lastPosition());
        return 1;
    }

    /** An append of one event with a message that says the same to others. */
    long appendWithMessage() {
        String stream = newStream();
        String id = UUID.randomUUID().toString();
        NewMessage message = new NewMessage(
                NewMessage.idOf(id, 0), "bench.account", stream, "dev.varve.bench.amount-booked.v1", PAYLOAD, Map.of());
        log.append(Append.of(List.of(event(id, stream, 0, List.of(message)))));
        return 1;
    }

    /** Fills the log in bulk with streams of ten events each. */
    void fill(long events) {
        filled = events / FILLED_STREAM;
        try (Partitions partitions = new Partitions(dataSource, 10_000_000, 2)) {
            new BulkWriter(dataSource, partitions, BulkWriter.Versions.AS_GIVEN)
                    .append(() -> LongStream.range(0, filled * FILLED_STREAM)
                            .mapToObj(n -> event(prefix + n / FILLED_STREAM, n % FILLED_STREAM))
                            .iterator());
        }
        streams.set(filled);
    }

    /** An append of one event to one of the streams that the log was filled with. */
    long appendToFilled() {
        long n = appendedToFilled.getAndIncrement();
        log.append(Append.of(List.of(event(prefix + n % filled, FILLED_STREAM + n / filled))));
        return 1;
    }

    private String newStream() {
        return prefix + streams.incrementAndGet();
    }

    private static NewEvent event(String stream, long version) {
        return event(UUID.randomUUID().toString(), stream, version, List.of());
    }

    private static NewEvent event(String id, String stream, long version, List<NewMessage> messages) {
        return new NewEvent(
                id, "Account", stream, version, BenchEvent.TYPE, "1", Instant.now(), PAYLOAD, METADATA, messages);
    }

    @Override
    public void close() {
        log.close();
    }
}
