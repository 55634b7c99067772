package dev.varve.eventstore.axon;

import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.RecordedEvent;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.axonframework.eventhandling.TrackedEventMessage;

/**
 * Pages of the log for processors that are far behind: read and decoded once however many of them pass, and read ahead
 * while they work on the one before.
 *
 * <p>A page begins at a multiple of its size, so processors that started at different places meet in the same pages. Only
 * pages that will not change are kept, those used last, up to a number of bytes and of pages.
 */
final class SharedPages {

    static final int SIZE = 1_000;
    private static final int AHEAD = 2;
    private static final int READERS = 2;
    private static final int MOST_PAGES = 64;

    /**
     * Events in order.
     *
     * @param through position up to which this is all there is
     */
    record Page(List<? extends TrackedEventMessage<?>> messages, long through, long bytes) {

        static Page of(List<RecordedEvent> rows, long through, PostgresEventStorageEngine engine) {
            return new Page(
                    engine.decode(rows).toList(),
                    through,
                    rows.stream().mapToLong(EventRows::bytes).sum());
        }

        /** What follows a position. */
        List<? extends TrackedEventMessage<?>> after(long position) {
            int first = 0;
            while (first < messages.size()
                    && PostgresEventStorageEngine.position(messages.get(first).trackingToken()) <= position) {
                first++;
            }
            return messages.subList(first, messages.size());
        }
    }

    private final EventLog eventLog;
    private final PostgresEventStorageEngine engine;
    private final long mostBytes;
    private final Semaphore readers = new Semaphore(READERS);
    private final ReentrantLock lock = new ReentrantLock();
    /** What the next pages are likely to take. */
    private volatile long latestBytes;

    private final LinkedHashMap<Long, CompletableFuture<Page>> pages = new LinkedHashMap<>(16, 0.75f, true);

    SharedPages(EventLog eventLog, PostgresEventStorageEngine engine, long mostBytes) {
        this.eventLog = eventLog;
        this.engine = engine;
        this.mostBytes = mostBytes;
    }

    /** The page that begins after a position or has it within; waits until it is read. The next ones are begun. */
    Page read(long after, long head) {
        long number = after / SIZE;
        if (end(number) > head) {
            List<RecordedEvent> rows = eventLog.read(after, SIZE);
            return Page.of(rows, rows.isEmpty() ? after : rows.getLast().position(), engine);
        }
        CompletableFuture<Page> wanted = get(number);
        long furthest = number + ahead();
        for (long next = number + 1; next <= furthest && end(next) <= head; next++) {
            var unused = get(next);
        }
        try {
            return wanted.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Fewer, or none, where pages are so large that those read ahead would push out the one that is wanted. */
    private long ahead() {
        return Math.clamp(mostBytes / Math.max(1, latestBytes) - 1, 0, AHEAD);
    }

    private static long end(long number) {
        return (number + 1) * SIZE;
    }

    private CompletableFuture<Page> get(long number) {
        CompletableFuture<Page> page;
        lock.lock();
        try {
            CompletableFuture<Page> known = pages.get(number);
            if (known != null && !known.isCompletedExceptionally()) {
                return known;
            }
            page = new CompletableFuture<>();
            pages.put(number, page);
            shrink();
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("varve-read-ahead").start(() -> fill(number, page));
        return page;
    }

    private void fill(long number, CompletableFuture<Page> page) {
        readers.acquireUninterruptibly();
        try {
            Page filled = Page.of(eventLog.read(number * SIZE, SIZE), end(number), engine);
            latestBytes = filled.bytes();
            page.complete(filled);
        } catch (RuntimeException | Error e) {
            // Whoever waits for the page has no deadline.
            page.completeExceptionally(e);
        } finally {
            readers.release();
        }
    }

    /** Forgets pages that nobody used for the longest time; one that is being read has no size yet, and stays. */
    private void shrink() {
        long bytes = pages.values().stream().mapToLong(SharedPages::bytes).sum();
        Iterator<CompletableFuture<Page>> oldest = pages.values().iterator();
        while (oldest.hasNext() && (bytes > mostBytes || pages.size() > MOST_PAGES)) {
            CompletableFuture<Page> page = oldest.next();
            if (page.isDone()) {
                bytes -= bytes(page);
                oldest.remove();
            }
        }
    }

    private static long bytes(CompletableFuture<Page> page) {
        return page.isDone() && !page.isCompletedExceptionally() ? page.join().bytes() : 0;
    }

    /** Forgets all pages. */
    void clear() {
        lock.lock();
        try {
            pages.clear();
        } finally {
            lock.unlock();
        }
    }
}
