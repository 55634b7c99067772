package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Partitions;
import dev.varve.eventstore.adoption.Adoption;
import dev.varve.eventstore.adoption.OldStore;
import dev.varve.eventstore.adoption.TypeNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Taking over a store that Axon's JDBC engine wrote: looking through it, copying, and comparing both sides afterwards. */
final class AdoptRows {

    private static final String ADOPT = "adoption of an Axon JDBC store, checked and compared";
    private static final int EVENTS = 300_000;

    private final Run run;

    AdoptRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        Contest contest = new Contest(run);
        if (!contest.wants(ADOPT)) {
            return;
        }
        try (HikariDataSource old = run.server().newDatabase(4)) {
            fill(old);
            contest.measure("adopt", () -> rate(old))
                    .row(ADOPT, "events/s", "adopt", new Goal.AtLeast(50_000))
                    .run();
        }
    }

    // Streams of ten events, five hundred side by side, and a gap after every hundredth event.
    private static final String FILL = """
            INSERT INTO domainevententry (globalindex, eventidentifier, aggregateidentifier, sequencenumber, type, timestamp,
                                          payloadtype, payloadrevision, payload, metadata)
            SELECT n + n / 100, gen_random_uuid(), 'account-' || (n / 5000 * 500 + n %% 500), n / 500 %% 10, 'Account',
                   '2026-03-01T12:00:00.123456Z', 'bench.AmountBooked', '1', convert_to(?, 'UTF8'), convert_to(?, 'UTF8')
            FROM generate_series(0, %d) AS n
            """.formatted(EVENTS - 1);

    private static void fill(HikariDataSource old) throws SQLException {
        // Makes the tables.
        new AxonJdbcLog(old);
        try (Connection connection = old.getConnection();
                PreparedStatement fill = connection.prepareStatement(FILL);
                Statement vacuum = connection.createStatement()) {
            fill.setString(1, BenchEvent.JSON);
            fill.setString(2, BenchEvent.METADATA);
            fill.executeUpdate();
            vacuum.execute("VACUUM ANALYZE domainevententry");
        }
    }

    /** Into a new log each time. */
    private double rate(HikariDataSource old) throws Exception {
        try (HikariDataSource log = run.server().newDatabase(6);
                Partitions partitions = new Partitions(log, 10_000_000, 2)) {
            Adoption adoption =
                    new Adoption(old, OldStore.in("public"), log, partitions, new TypeNames(Map.of()), "cli:bench");
            long start = System.nanoTime();
            long taken = adoption.run((phase, done, all) -> {}).lastPosition();
            return taken * 1e9 / (System.nanoTime() - start);
        }
    }
}
