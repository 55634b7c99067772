package dev.varve.bench;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Ours: the log behind its port, as the Axon adapter uses it. */
final class OurLog implements AutoCloseable {

    private static final byte[] PAYLOAD = BenchEvent.JSON.getBytes(StandardCharsets.UTF_8);
    private static final byte[] METADATA = BenchEvent.METADATA.getBytes(StandardCharsets.UTF_8);

    private final PostgresEventLog log;
    private final AtomicLong streams = new AtomicLong();

    OurLog(DataSource dataSource) {
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    }

    /** An append of so many events, all of one new stream. */
    long append(int events) {
        String stream = "stream-" + streams.incrementAndGet();
        List<NewEvent> news = new ArrayList<>();
        for (int version = 0; version < events; version++) {
            news.add(new NewEvent(
                    UUID.randomUUID().toString(),
                    "Account",
                    stream,
                    version,
                    BenchEvent.TYPE,
                    "1",
                    Instant.now(),
                    PAYLOAD,
                    METADATA));
        }
        log.append(Append.of(news));
        return events;
    }

    @Override
    public void close() {
        log.close();
    }
}
