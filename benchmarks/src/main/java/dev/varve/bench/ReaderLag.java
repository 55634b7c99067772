package dev.varve.bench;

import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.RecordedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** A reader on a node of its own, which follows the log page by page, and how long after their commit it sees events. */
final class ReaderLag {

    private static final int EVENTS = 1 << 20;
    private static final int PAGE = 2_000;
    private static final long PAUSE = Duration.ofMillis(2).toNanos();

    private final PostgresEventLog log;
    private final long before;
    private final AtomicLongArray durable = new AtomicLongArray(EVENTS);
    private final AtomicLongArray seen = new AtomicLongArray(EVENTS);
    private final AtomicBoolean stopped = new AtomicBoolean();

    ReaderLag(PostgresEventLog log) {
        this.log = log;
        this.before = log.head();
    }

    /** To be called when the append that ended here has returned. */
    void durable(long position) {
        note(durable, position);
    }

    /** The 99th percentile in milliseconds, while the work runs. */
    double p99Millis(Rounds.Measurement work) throws Exception {
        try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<?> reading = reader.submit(this::follow);
            try {
                work.measure();
            } finally {
                stopped.set(true);
                reading.get();
            }
        }
        return Rounds.quantile(
                IntStream.range(0, EVENTS)
                        .filter(n -> durable.get(n) != 0 && seen.get(n) != 0)
                        .mapToObj(n -> Math.max(0, seen.get(n) - durable.get(n)) / 1e6)
                        .toList(),
                0.99);
    }

    private void follow() {
        long position = before;
        boolean last = false;
        while (!last) {
            last = stopped.get();
            List<RecordedEvent> page = log.read(position, PAGE);
            for (RecordedEvent event : page) {
                position = event.position();
                note(seen, position);
            }
            if (page.isEmpty()) {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private void note(AtomicLongArray times, long position) {
        long index = position - before;
        if (index < EVENTS) {
            times.set((int) index, System.nanoTime());
        }
    }
}
