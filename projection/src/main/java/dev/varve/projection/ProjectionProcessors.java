package dev.varve.projection;

import dev.varve.eventstore.axon.CoordinatorExecutor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.jooq.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** The live processors of this node: one of Axon's pooled streaming processors for each projection. */
final class ProjectionProcessors implements SmartLifecycle, LiveProjections {

    private static final Duration LONGEST_END = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionProcessors.class);

    /** How soon a segment is taken up again after a failure, or after another node gave it up; asking is one small query. */
    private static final long CLAIM_INTERVAL_MS = 1_000;

    private final Map<String, PooledStreamingEventProcessor> processors = new LinkedHashMap<>();
    private final ProjectionSettings settings;
    private final Supplier<Set<String>> others;
    private volatile boolean running;

    /**
     * @param claimExtension how long an idle segment is silent at most
     * @param others the processors that this application has beside
     * @param committed run after each commit of any projection
     */
    ProjectionProcessors(
            List<Projection<?>> projections,
            StreamableMessageSource<TrackedEventMessage<?>> log,
            TokenStore tokens,
            TransactionManager transactions,
            DataSource dataSource,
            Parking parking,
            ProjectionSettings settings,
            Duration claimExtension,
            Supplier<Set<String>> others,
            Runnable committed) {
        this.settings = settings;
        this.others = others;
        RowWriter writer = new RowWriter();
        for (Projection<?> projection : projections) {
            requirePositions(projection);
            PooledStreamingEventProcessor processor = PooledStreamingEventProcessor.builder()
                    .name(projection.name())
                    .eventHandlerInvoker(new LiveProjection<>(projection, writer, parking, dataSource, committed))
                    .messageSource(log)
                    .tokenStore(tokens)
                    .transactionManager(transactions)
                    .initialToken(StreamableMessageSource::createTailToken)
                    .initialSegmentCount(settings.segments())
                    .batchSize(settings.batchSize())
                    .tokenClaimInterval(CLAIM_INTERVAL_MS)
                    .claimExtensionThreshold(claimExtension.toMillis())
                    .coordinatorExecutor(new CoordinatorExecutor(virtual(projection.name() + "-coordinator-")))
                    .workerExecutor(
                            Executors.newScheduledThreadPool(settings.threads(), virtual(projection.name() + "-")))
                    .build();
            if (processors.put(projection.name(), processor) != null) {
                throw new IllegalStateException("two projections are called " + projection.name());
            }
        }
    }

    private static void requirePositions(Projection<?> projection) {
        for (Table<?> table : projection.tables()) {
            if (table.field(Shape.POSITION) == null) {
                throw new IllegalStateException("table %s of projection %s has no column %s"
                        .formatted(table.getName(), projection.name(), Shape.POSITION));
            }
        }
    }

    private static ThreadFactory virtual(String name) {
        return Thread.ofVirtual().name(name, 0).factory();
    }

    /** The segments of a projection that this node runs; empty when it runs none of it. */
    Optional<Map<Integer, EventTrackerStatus>> segments(String projection) {
        return Optional.ofNullable(processors.get(projection))
                .map(PooledStreamingEventProcessor::processingStatus)
                .filter(segments -> !segments.isEmpty());
    }

    List<String> names() {
        return List.copyOf(processors.keySet());
    }

    /** Two of one name would share checkpoints, and each would get only some of the events. */
    private void requireNamesOfTheirOwn() {
        for (String other : others.get()) {
            if (processors.containsKey(other)) {
                throw new IllegalStateException(
                        "projection %1$s has the name of an event processor; name the projection otherwise, or the handlers with @ProcessingGroup (without it they go by their package)"
                                .formatted(other));
            }
        }
    }

    @Override
    public void start() {
        requireNamesOfTheirOwn();
        running = true;
        if (!settings.enabled()) {
            LOG.info("projections=off");
            return;
        }
        processors.values().forEach(PooledStreamingEventProcessor::start);
        LOG.info("projections=started names={}", processors.keySet());
    }

    @Override
    public void stop() {
        try {
            stopped().get(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn(
                    "projections=not-stopped within_s={} their segments are free when the claims run out",
                    LONGEST_END.toSeconds(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running = false;
    }

    @Override
    public synchronized void standStill() {
        stopped().join();
    }

    private synchronized CompletableFuture<Void> stopped() {
        return CompletableFuture.allOf(processors.values().stream()
                .map(PooledStreamingEventProcessor::shutdownAsync)
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public synchronized void follow() {
        if (running && settings.enabled()) {
            processors.values().stream()
                    .filter(processor -> !processor.isRunning())
                    .forEach(PooledStreamingEventProcessor::start);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
