package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.outbox.Retention;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/** How messages leave that nobody needs any more. */
final class RetentionRows {

    private static final String DROP = "drop 1,000,000 messages by retention";
    private static final int MESSAGES = 1_000_000;
    private static final int KEYS = 1_000;

    private final Run run;

    RetentionRows(Run run) {
        this.run = run;
    }

    private static final String PARTITIONS_OF_A_MILLION = """
            DO $$
            DECLARE p regclass;
            BEGIN
                FOR p IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'outbox.message'::regclass LOOP
                    EXECUTE 'DROP TABLE ' || p;
                END LOOP;
                PERFORM outbox.make_partition(1, 1000000), outbox.make_partition(1000001, 1000000);
            END
            $$
            """;

    void run() throws Exception {
        if (!run.only().matcher(DROP).find()) {
            return;
        }
        try (HikariDataSource pool = run.server().newDatabase(4);
                Retention retention = new Retention(pool, Duration.ofHours(1))) {
            Backlog.execute(pool, PARTITIONS_OF_A_MILLION);
            // The partition that holds the highest position stays.
            Backlog.write(pool, MESSAGES + 10, KEYS, 0);
            long start = System.nanoTime();
            int dropped = retention.drop();
            double millis = (System.nanoTime() - start) / 1e6;
            if (dropped != 1) {
                throw new IllegalStateException("%d partitions were dropped instead of 1".formatted(dropped));
            }
            run.report().add(new Row(DROP, "ms", "", millis, Double.NaN, new Goal.AtMost(500)));
            run.report()
                    .add(new Row(DROP + ": dead rows", "rows", "", deadMessages(pool), Double.NaN, new Goal.AtMost(0)));
        }
    }

    private static final String DEAD = """
            SELECT pg_stat_force_next_flush(), sum(n_dead_tup)
            FROM pg_stat_all_tables WHERE schemaname = 'outbox' AND relname ~ '^message'
            """;

    private static double deadMessages(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(DEAD)) {
            rows.next();
            return rows.getLong(2);
        }
    }
}
