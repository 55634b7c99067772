package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.Partitions;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.UUID;

/**
 * An ordered import by one writer: streams of ten events, five hundred of them growing side by side, into a server that has
 * written as much before as in each round.
 */
final class BulkRows {

    private static final String BULK = "bulk import, one writer";
    private static final int SIDE_BY_SIDE = 500;
    private static final int STREAM_LENGTH = 10;
    private static final byte[] PAYLOAD = BenchEvent.JSON.getBytes(StandardCharsets.UTF_8);
    private static final byte[] METADATA = BenchEvent.METADATA.getBytes(StandardCharsets.UTF_8);

    private final Run run;
    private long imported;

    BulkRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        Contest contest = new Contest(run);
        if (!contest.wants(BULK)) {
            return;
        }
        try (HikariDataSource pool = run.server().newDatabase(4);
                Partitions partitions = new Partitions(pool, 10_000_000, 2)) {
            BulkWriter writer = new BulkWriter(pool, partitions, BulkWriter.Versions.NEXT);
            contest.measure("bulk", () -> rate(writer))
                    .row(BULK, "events/s", "bulk", new Goal.AtLeast(150_000))
                    .run();
        }
    }

    private double rate(BulkWriter writer) throws SQLException {
        run.server().checkpoint();
        long before = imported;
        long start = System.nanoTime();
        writer.append(() -> eventsUntil(start + run.duration().toNanos()));
        return (imported - before)
                * 1e9
                / Duration.ofNanos(System.nanoTime() - start).toNanos();
    }

    private Iterator<NewEvent> eventsUntil(long end) {
        Instant now = Instant.now();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return imported % (SIDE_BY_SIDE * STREAM_LENGTH) != 0 || System.nanoTime() < end;
            }

            @Override
            public NewEvent next() {
                return event(imported++, now);
            }
        };
    }

    /** The nth event of an import; also for filling a log. */
    static NewEvent event(long n, Instant now) {
        long generation = n / (SIDE_BY_SIDE * STREAM_LENGTH);
        return new NewEvent(
                UUID.randomUUID().toString(),
                "Account",
                "account-" + (generation * SIDE_BY_SIDE + n % SIDE_BY_SIDE),
                n / SIDE_BY_SIDE % STREAM_LENGTH,
                BenchEvent.TYPE,
                "1",
                now,
                PAYLOAD,
                METADATA);
    }
}
