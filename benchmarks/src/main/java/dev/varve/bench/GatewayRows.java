package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import org.axonframework.commandhandling.gateway.CommandGateway;

/**
 * Commands from end to end: each caller opens an account, books on it until it has 100 events, and opens the next, all
 * through {@code CommandGateway.sendAndWait}.
 *
 * <p>Nothing is cached but in the row that says so. With snapshots, ours declare one every ten events and the peer's one
 * every twenty, since a snapshot costs its command much more.
 */
final class GatewayRows {

    private static final int EVENTS = 100;
    private static final int SNAPSHOT_EVERY = 10;
    private static final int PEER_SNAPSHOT_EVERY = 20;
    private static final String UNIT = "commands/s";
    private static final int POOL = 20;
    private static final int CALLERS = 256;
    private static final int PEER_CALLERS = 8;
    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
    private static final ThreadFactory PLATFORM = Thread.ofPlatform().factory();

    private static final String CACHED = "commands, aggregates cached";
    private static final String LOADED = "commands, aggregates of 100 events, nothing cached, ours with snapshots";
    private static final String SNAPSHOTS = "commands, loaded, both with snapshots";
    private static final String WHOLE = "commands, loaded, neither with snapshots";

    private final Run run;

    GatewayRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        try (HikariDataSource ourPool = run.server().newDatabase(POOL);
                HikariDataSource peerPool = run.server().newDatabase(POOL)) {
            AxonJdbcLog peerLog = new AxonJdbcLog(peerPool);
            try (OurNode cached = new OurNode(ourPool, 10_000, 0);
                    OurNode loading = new OurNode(ourPool, 0, SNAPSHOT_EVERY);
                    OurNode whole = new OurNode(ourPool, 0, 0);
                    AxonNode peerCached = new AxonNode(peerPool, peerLog, true, 0);
                    AxonNode peerLoading = new AxonNode(peerPool, peerLog, false, PEER_SNAPSHOT_EVERY);
                    AxonNode peerWhole = new AxonNode(peerPool, peerLog, false, 0)) {
                new Contest(run)
                        .measure(
                                "ours, cached", Sealing.beside(ourPool, () -> rate(CALLERS, VIRTUAL, cached.gateway())))
                        .measure(
                                "ours, snapshots",
                                Sealing.beside(ourPool, () -> rate(CALLERS, VIRTUAL, loading.gateway())))
                        .measure("ours, whole", Sealing.beside(ourPool, () -> rate(CALLERS, VIRTUAL, whole.gateway())))
                        .measure("axon, cached", () -> rate(PEER_CALLERS, PLATFORM, peerCached.gateway()))
                        .measure("axon, snapshots", () -> rate(PEER_CALLERS, PLATFORM, peerLoading.gateway()))
                        .measure("axon, whole", () -> rate(PEER_CALLERS, PLATFORM, peerWhole.gateway()))
                        .row(
                                CACHED,
                                UNIT,
                                "ours, cached",
                                "Axon JDBC, 8 callers",
                                "axon, cached",
                                new Goal.RatioAtLeast(4))
                        .row(
                                LOADED,
                                UNIT,
                                "ours, snapshots",
                                "Axon JDBC, 8 callers",
                                "axon, whole",
                                new Goal.RatioAtLeast(8))
                        .row(
                                SNAPSHOTS,
                                UNIT,
                                "ours, snapshots",
                                "Axon JDBC, 8 callers",
                                "axon, snapshots",
                                new Goal.RatioAtLeast(2))
                        .row(
                                WHOLE,
                                UNIT,
                                "ours, whole",
                                "Axon JDBC, 8 callers",
                                "axon, whole",
                                new Goal.RatioAtLeast(1.5))
                        .run();
            }
        }
    }

    private double rate(int callers, ThreadFactory threads, CommandGateway gateway) throws Exception {
        String[] accounts = new String[callers];
        int[] booked = new int[callers];
        return Callers.rate(callers, threads, run.duration(), caller -> {
            if (booked[caller]++ % EVENTS == 0) {
                accounts[caller] = UUID.randomUUID().toString();
                gateway.<Object>sendAndWait(new BenchAccount.OpenAccount(accounts[caller]));
            } else {
                gateway.<Object>sendAndWait(new BenchAccount.BookAmount(accounts[caller]));
            }
            return 1;
        });
    }
}
