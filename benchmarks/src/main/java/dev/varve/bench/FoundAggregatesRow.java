package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.Partitions;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;

/**
 * What a user of either engine has who configures nothing: aggregates that are in the log already, with a hundred events
 * each, and a node that has just started and knows none of them.
 *
 * <p>Ours keeps aggregates in memory then, the peer does not; neither takes snapshots. Ten commands go to each aggregate,
 * one after the other, so every tenth meets one that has to be loaded. Each round has a new node and aggregates that no
 * round before has touched. The code is warm: Java needs about ten seconds of such rounds for that.
 */
final class FoundAggregatesRow {

    private static final String WHAT =
            "commands, aggregates of 100 events found in the log, 10 commands each, as installed";
    private static final int EVENTS = 100;
    private static final int COMMANDS = 10;
    private static final int AGGREGATES = 3_500;
    private static final int WARM_UPS = 5;
    private static final int DEFAULT_CACHE = 10_000;
    private static final int POOL = 20;
    private static final int CALLERS = 256;
    private static final int PEER_CALLERS = 8;
    private static final String TYPE = BenchAccount.class.getSimpleName();

    private final Run run;

    FoundAggregatesRow(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        Contest contest = new Contest(run);
        if (!contest.wants(WHAT)) {
            return;
        }
        List<String> accounts = IntStream.range(0, AGGREGATES * (WARM_UPS + run.rounds()))
                .mapToObj("account-%d"::formatted)
                .toList();
        try (HikariDataSource ourPool = run.server().newDatabase(POOL);
                HikariDataSource peerPool = run.server().newDatabase(POOL)) {
            AxonJdbcLog peerLog = new AxonJdbcLog(peerPool);
            fill(ourPool, accounts);
            fill(peerLog, accounts);
            run.server().analyze(ourPool, peerPool);
            Commands ours = new Commands(accounts, CALLERS, Thread.ofVirtual().factory());
            Commands theirs =
                    new Commands(accounts, PEER_CALLERS, Thread.ofPlatform().factory());
            contest.warmUps(WARM_UPS)
                    .measure("ours", () -> {
                        try (OurNode node = new OurNode(ourPool, DEFAULT_CACHE, 0)) {
                            return Sealing.beside(ourPool, () -> ours.rate(node.gateway()))
                                    .measure();
                        }
                    })
                    .measure("axon", () -> {
                        try (AxonNode node = new AxonNode(peerPool, peerLog, false, 0)) {
                            return theirs.rate(node.gateway());
                        }
                    })
                    .row(WHAT, "commands/s", "ours", "Axon JDBC, 8 callers", "axon", new Goal.RatioAtLeast(8))
                    .run();
        }
    }

    private static void fill(DataSource dataSource, List<String> accounts) {
        Instant now = Instant.now();
        try (Partitions partitions = new Partitions(dataSource, 10_000_000, 2)) {
            new BulkWriter(dataSource, partitions, BulkWriter.Versions.NEXT)
                    .append(() -> accounts.stream()
                            .flatMap(account -> history(account, now))
                            .iterator());
        }
    }

    private static Stream<NewEvent> history(String account, Instant now) {
        byte[] payload =
                BenchEvent.JSON.replace(BenchEvent.SAMPLE.account(), account).getBytes(StandardCharsets.UTF_8);
        byte[] metadata = BenchEvent.METADATA.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, EVENTS)
                .mapToObj(version -> new NewEvent(
                        account + "." + version, TYPE, account, version, BenchEvent.TYPE, "1", now, payload, metadata));
    }

    private static void fill(AxonJdbcLog log, List<String> accounts) {
        for (String account : accounts) {
            List<DomainEventMessage<?>> events = new ArrayList<>();
            for (int version = 0; version < EVENTS; version++) {
                events.add(new GenericDomainEventMessage<>(TYPE, account, version, BenchAccount.booked(account)));
            }
            log.append(events);
        }
    }

    /** The callers of one side, who share out the aggregates. */
    private final class Commands {

        private final List<String> accounts;
        private final int callers;
        private final ThreadFactory threads;
        private int used;

        private Commands(List<String> accounts, int callers, ThreadFactory threads) {
            this.accounts = accounts;
            this.callers = callers;
            this.threads = threads;
        }

        /** Until the time or this round's aggregates are over. */
        private double rate(CommandGateway gateway) throws Exception {
            AtomicInteger next = new AtomicInteger(used);
            used += AGGREGATES;
            return Callers.rate(callers, threads, run.duration(), caller -> {
                int number = next.getAndIncrement();
                if (number >= used) {
                    return 0;
                }
                for (int n = 0; n < COMMANDS; n++) {
                    gateway.<Object>sendAndWait(new BenchAccount.BookAmount(accounts.get(number)));
                }
                return COMMANDS;
            });
        }
    }
}
