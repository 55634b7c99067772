package dev.varve.bench;

import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.SimpleEventHandlerInvoker;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.messaging.StreamableMessageSource;

/** Axon's pooled processor with a handler that does next to nothing; the same for every store. */
final class BenchProcessor implements AutoCloseable {

    private static final int SEGMENTS = 4;
    private static final int WORKERS = 2;

    /** Counts, and hands on the payload. */
    static final class Handler {

        private final AtomicLong handled = new AtomicLong();
        private final CountDownLatch done = new CountDownLatch(1);
        private final long until;
        private final Consumer<BenchEvent> each;

        private Handler(long until, Consumer<BenchEvent> each) {
            this.until = until;
            this.each = each;
        }

        @EventHandler
        void on(BenchEvent event, EventMessage<?> message) {
            each.accept(event);
            if (handled.incrementAndGet() == until) {
                done.countDown();
            }
        }
    }

    private final ScheduledExecutorService coordinator;
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(WORKERS);
    private final Handler handler;
    private final PooledStreamingEventProcessor processor;

    /**
     * A processor of its own name that is not started yet.
     *
     * @param until so many events it is waited for
     */
    BenchProcessor(
            ScheduledExecutorService coordinator,
            StreamableMessageSource<TrackedEventMessage<?>> source,
            TokenStore tokens,
            TransactionManager transactions,
            int batch,
            boolean fromStart,
            long until,
            Consumer<BenchEvent> each) {
        String name = "bench-" + UUID.randomUUID();
        this.coordinator = coordinator;
        handler = new Handler(until, each);
        processor = PooledStreamingEventProcessor.builder()
                .name(name)
                .eventHandlerInvoker(SimpleEventHandlerInvoker.builder()
                        .eventHandlers(handler)
                        .build())
                .messageSource(source)
                .tokenStore(tokens)
                .transactionManager(transactions)
                .coordinatorExecutor(coordinator)
                .workerExecutor(workers)
                .initialSegmentCount(SEGMENTS)
                .initialToken(from -> fromStart ? from.createTailToken() : from.createHeadToken())
                .batchSize(batch)
                .build();
    }

    void start() {
        processor.start();
    }

    /** Waits until everything was handled. */
    void await(long seconds) throws InterruptedException {
        if (!handler.done.await(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "only %d of %d events were handled".formatted(handler.handled.get(), handler.until));
        }
    }

    /** Waits until all segments are claimed. */
    void awaitClaims() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (processor.processingStatus().size() < SEGMENTS) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the processor did not claim its segments");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        processor.shutDown();
        coordinator.shutdownNow();
        workers.shutdownNow();
    }
}
