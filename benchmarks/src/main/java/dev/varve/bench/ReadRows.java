package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.axon.CoordinatorExecutor;
import dev.varve.eventstore.axon.PostgresEventStore;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.PostgresTokenTableFactory;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** Reading: the whole log by one reader and by Axon's processor, how soon a handler has an event, and what idling costs. */
final class ReadRows {

    private static final int EVENTS = 200_000;
    private static final int APPEND = 100;
    private static final int BATCH = 1_000;
    private static final int PACED_CALLERS = 8;
    private static final int PACED_RATE = 2_000;

    private static final String LOG = "log read and decoded, one reader";
    private static final String PROCESSOR = "log through a pooled processor, batch 1000";
    private static final String SAME_NODE = "append to handler at 2,000/s, same node, p99";
    private static final String OTHER_NODE = "append to handler at 2,000/s, another node, p99";
    private static final String STATEMENTS = "idle node, statements";
    private static final String CORE = "idle node, of a core";

    private final Run run;

    ReadRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        throughput();
        latency();
        idle();
    }

    private void throughput() throws Exception {
        try (HikariDataSource rawPool = run.server().newDatabase(5);
                HikariDataSource peerPool = run.server().newDatabase(20);
                HikariDataSource ourPool = run.server().newDatabase(20);
                OurLog filler = new OurLog(ourPool);
                OurNode node = new OurNode(ourPool, 0, 0)) {
            RawLog raw = new RawLog(rawPool);
            AxonJdbcLog peer = new AxonJdbcLog(peerPool);
            Contest contest = new Contest(run)
                    .measure("ours, log", () -> streamed(node.store()))
                    .measure("raw, log", () -> cursor(rawPool))
                    .measure("ours, processor", () -> processed(node.store(), ourTokens(ourPool), ourPool))
                    .measure("axon, processor", () -> processed(embedded(peer), peerTokens(peerPool), peerPool))
                    .row(LOG, "events/s", "ours, log", "raw cursor", "raw, log", new Goal.RatioAtLeast(0.9))
                    .row(
                            PROCESSOR,
                            "events/s",
                            "ours, processor",
                            "Axon JDBC",
                            "axon, processor",
                            new Goal.RatioAtLeast(1.8));
            if (contest.wants(LOG) || contest.wants(PROCESSOR)) {
                for (int n = 0; n < EVENTS; n += APPEND) {
                    filler.append(APPEND);
                    raw.append(APPEND);
                    peer.append(APPEND);
                }
                run.server().analyze(rawPool, peerPool, ourPool);
                contest.run();
            }
        }
    }

    private static double streamed(EventStore store) throws Exception {
        long start = System.nanoTime();
        try (TrackingEventStream stream = (TrackingEventStream) store.openStream(null)) {
            long amounts = 0;
            for (int n = 0; n < EVENTS; n++) {
                amounts += ((BenchEvent) stream.nextAvailable().getPayload()).amount();
            }
            return rate(start, amounts);
        }
    }

    private static double cursor(HikariDataSource pool) throws SQLException {
        JsonMapper json = JsonMapper.shared();
        long start = System.nanoTime();
        long amounts = 0;
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(RawLog.READ_ALL)) {
                statement.setFetchSize(2_000);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        amounts += RawLog.read(rows, json).amount();
                    }
                }
            }
            connection.rollback();
        }
        return rate(start, amounts);
    }

    private static double rate(long start, long amounts) {
        if (amounts != EVENTS * BenchEvent.SAMPLE.amount()) {
            throw new IllegalStateException("the events that were read are not those that were written");
        }
        return EVENTS * 1e9 / (System.nanoTime() - start);
    }

    private static double processed(EventStore store, TokenStore tokens, HikariDataSource pool) throws Exception {
        try (BenchProcessor processor = new BenchProcessor(
                coordinator(store), store, tokens, transactions(pool), BATCH, true, EVENTS, event -> {})) {
            long start = System.nanoTime();
            processor.start();
            processor.await(120);
            return EVENTS * 1e9 / (System.nanoTime() - start);
        }
    }

    private void latency() throws Exception {
        try (HikariDataSource peerPool = run.server().newDatabase(30);
                HikariDataSource ourPool = run.server().newDatabase(30);
                OurNode node = new OurNode(ourPool, 0, 0);
                OurNode other = new OurNode(ourPool, 0, 0)) {
            AxonJdbcLog peer = new AxonJdbcLog(peerPool);
            EventStore peerStore = embedded(peer);
            EventStore peerOther = embedded(peer);
            TransactionManager peerTransactions = transactions(peerPool);
            Consumer<BenchEvent> ours = event -> node.store().publish(GenericEventMessage.asEventMessage(event));
            Consumer<BenchEvent> theirs = event -> peerTransactions.executeInTransaction(
                    () -> peerStore.publish(GenericEventMessage.asEventMessage(event)));
            Goal same = new Goal.AtMost(10);
            Goal another = new Goal.AtMost(25);
            new Contest(run)
                    .measure("ours, same", () -> delay(node.store(), ourTokens(ourPool), ourPool, ours))
                    .measure("ours, other", () -> delay(other.store(), ourTokens(ourPool), ourPool, ours))
                    .measure("axon, same", () -> delay(peerStore, peerTokens(peerPool), peerPool, theirs))
                    .measure("axon, other", () -> delay(peerOther, peerTokens(peerPool), peerPool, theirs))
                    .row(SAME_NODE, "ms", "ours, same", "Axon JDBC", "axon, same", same)
                    .row(OTHER_NODE, "ms", "ours, other", "Axon JDBC", "axon, other", another)
                    .run();
        }
    }

    /** From just before the append to the handler, so the commit itself is in it. */
    private double delay(EventStore reader, TokenStore tokens, HikariDataSource pool, Consumer<BenchEvent> append)
            throws Exception {
        long count = PACED_RATE * run.duration().toSeconds();
        ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
        try (BenchProcessor processor = new BenchProcessor(
                coordinator(reader),
                reader,
                tokens,
                transactions(pool),
                BATCH,
                false,
                count,
                event -> delays.add(System.nanoTime() - event.amount()))) {
            processor.start();
            processor.awaitClaims();
            paced(count, append);
            processor.await(60);
        }
        long[] sorted = delays.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[(int) (sorted.length * 0.99)] / 1e6;
    }

    private static void paced(long count, Consumer<BenchEvent> append) throws Exception {
        long pause = TimeUnit.SECONDS.toNanos(PACED_CALLERS) / PACED_RATE;
        long start = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int caller = 0; caller < PACED_CALLERS; caller++) {
                long first = start + caller * pause / PACED_CALLERS;
                done.add(callers.submit(() -> {
                    for (long n = 0; n < count / PACED_CALLERS; n++) {
                        LockSupport.parkNanos(first + n * pause - System.nanoTime());
                        append.accept(BenchEvent.amounting(System.nanoTime()));
                    }
                }));
            }
            for (Future<?> caller : done) {
                caller.get();
            }
        }
    }

    private void idle() throws Exception {
        try (HikariDataSource pool = run.server().newDatabase(10)) {
            StatementCounter counted = new StatementCounter(pool);
            try (OurNode node = new OurNode(counted.dataSource(), 0, 0)) {
                new Contest(run)
                        .measure("ours, statements", () -> idling(node, counted)[0])
                        .measure("ours, core", () -> idling(node, counted)[1])
                        .row(STATEMENTS, "1/s", "ours, statements", new Goal.AtMost(1))
                        .row(CORE, "%", "ours, core", new Goal.AtMost(1))
                        .run();
            }
        }
    }

    /** What a node with one processor of four segments does a second: statements, and percent of a core. */
    private double[] idling(OurNode node, StatementCounter counted) throws Exception {
        try (BenchProcessor processor = new BenchProcessor(
                coordinator(node.store()),
                node.store(),
                ourTokens(counted.dataSource()),
                transactions(counted.dataSource()),
                BATCH,
                false,
                Long.MAX_VALUE,
                event -> {})) {
            processor.start();
            processor.awaitClaims();
            // Past the first claims and the growing pauses.
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(10));
            double seconds = Math.max(20, run.duration().toSeconds());
            long sent = counted.sent();
            long cpu = cpuNanos();
            LockSupport.parkNanos((long) (seconds * 1e9));
            double used = (cpuNanos() - cpu) / 1e9 / seconds * 100;
            return new double[] {(counted.sent() - sent) / seconds, used};
        }
    }

    private static long cpuNanos() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean process ? process.getProcessCpuTime() : 0;
    }

    private static ScheduledExecutorService coordinator(EventStore store) {
        return store instanceof PostgresEventStore
                ? new CoordinatorExecutor(Executors.defaultThreadFactory())
                : Executors.newScheduledThreadPool(1);
    }

    private static TransactionManager transactions(DataSource pool) {
        return new SpringTransactionManager(new DataSourceTransactionManager(pool));
    }

    private static TokenStore ourTokens(DataSource pool) {
        return OurNode.tokens(pool, Jackson3Serializer.builder().build());
    }

    private static TokenStore peerTokens(HikariDataSource pool) {
        JdbcTokenStore tokens = JdbcTokenStore.builder()
                .connectionProvider(new SpringDataSourceConnectionProvider(pool))
                .serializer(Jackson3Serializer.builder().build())
                .build();
        transactions(pool).executeInTransaction(() -> tokens.createSchema(PostgresTokenTableFactory.INSTANCE));
        return tokens;
    }

    private static EventStore embedded(AxonJdbcLog log) {
        return EmbeddedEventStore.builder().storageEngine(log.engine()).build();
    }
}
