package dev.varve.projection.rebuild;

import dev.varve.eventstore.EventFilter;
import dev.varve.eventstore.LogRanges;
import dev.varve.eventstore.RecordedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stretch of the log by several readers at once. Each takes the next range of positions, reads and prepares its
 * events beside the others, and hands on what came of it when all before it has been handed on: the costly part is
 * parallel, and yet everything arrives in log order.
 */
final class LogScan {

    /** How many events one question brings at most. */
    private static final int PAGE = 4_096;

    private static final int NARROWEST = 1_024;
    private static final int WIDEST = 1_048_576;

    private final DataSource dataSource;
    private final EventFilter filter;
    private final int readers;

    LogScan(DataSource dataSource, EventFilter filter, int readers) {
        this.dataSource = dataSource;
        this.filter = filter;
        this.readers = readers;
    }

    /**
     * Goes through the log after one position and up to another.
     *
     * @return how far it came: less than asked when the consumer had enough
     */
    <P> long run(long after, long upTo, Preparation<P> preparation, Consumer<P> consumer)
            throws SQLException, InterruptedException {
        Run<P> run = new Run<>(after, upTo, preparation, consumer);
        try (ExecutorService executor = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("rebuild-reader-", 0).daemon().factory())) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                running.add(executor.submit(() -> run.read()));
            }
            for (Future<?> reader : running) {
                await(reader, run);
            }
        }
        return run.arrived();
    }

    private static void await(Future<?> reader, Run<?> run) throws SQLException, InterruptedException {
        try {
            reader.get();
        } catch (InterruptedException e) {
            run.stop();
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException database -> throw database;
                case RuntimeException ours -> throw ours;
                case Error fatal -> throw fatal;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Makes of a page of events what will be consumed; runs beside others. */
    interface Preparation<P> {
        P of(List<RecordedEvent> page);
    }

    /** Takes the pages one after another, in log order. */
    interface Consumer<P> {
        /**
         * Takes one page.
         *
         * @param upTo everything up to this position has been handed over with this page
         * @return whether to go on
         */
        boolean take(P page, long upTo) throws SQLException, InterruptedException;
    }

    private final class Run<P> {
        private final long end;
        private final Preparation<P> preparation;
        private final Consumer<P> consumer;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition turned = lock.newCondition();
        private long next;
        private long width = PAGE;
        private long arrived;
        private boolean stopped;

        private Run(long after, long upTo, Preparation<P> preparation, Consumer<P> consumer) {
            this.next = after;
            this.arrived = after;
            this.end = upTo;
            this.preparation = preparation;
            this.consumer = consumer;
        }

        private @Nullable Void read() throws SQLException, InterruptedException {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                while (true) {
                    Range range = take();
                    if (range == null) {
                        return null;
                    }
                    read(range, connection);
                }
            } catch (SQLException | RuntimeException | Error | InterruptedException e) {
                stop();
                throw e;
            }
        }

        private @Nullable Range take() {
            lock.lock();
            try {
                if (stopped || next >= end) {
                    return null;
                }
                long from = next;
                next = Math.min(end, from + width);
                return new Range(from, next);
            } finally {
                lock.unlock();
            }
        }

        private void read(Range range, Connection connection) throws SQLException, InterruptedException {
            long at = range.after();
            int found = 0;
            while (at < range.upTo()) {
                List<RecordedEvent> events = LogRanges.read(at, range.upTo(), filter, PAGE, connection);
                connection.commit();
                long upTo =
                        events.size() < PAGE ? range.upTo() : events.getLast().position();
                P page = preparation.of(events);
                found += events.size();
                if (!handOver(page, at, upTo)) {
                    return;
                }
                at = upTo;
            }
            adapt(range, found);
        }

        /** Ranges grow where few events are wanted and shrink where many are. */
        private void adapt(Range range, int found) {
            lock.lock();
            try {
                long perEvent = Math.max(1, (range.upTo() - range.after()) / Math.max(1, found));
                width = Math.clamp(perEvent * PAGE / 2, NARROWEST, Math.min(WIDEST, width * 4));
            } finally {
                lock.unlock();
            }
        }

        private boolean handOver(P page, long after, long upTo) throws SQLException, InterruptedException {
            lock.lockInterruptibly();
            try {
                while (!stopped && arrived != after) {
                    turned.await();
                }
                if (stopped) {
                    return false;
                }
            } finally {
                lock.unlock();
            }
            // Outside the lock: the others may go on reading. It is nobody else's turn until arrived has moved.
            boolean more = consumer.take(page, upTo);
            lock.lock();
            try {
                arrived = upTo;
                stopped |= !more;
                turned.signalAll();
                return more;
            } finally {
                lock.unlock();
            }
        }

        private void stop() {
            lock.lock();
            try {
                stopped = true;
                turned.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private long arrived() {
            lock.lock();
            try {
                return arrived;
            } finally {
                lock.unlock();
            }
        }
    }

    private record Range(long after, long upTo) {}
}
