package dev.varve.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.faults.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A node of the checked cluster as a process: writes and reads until its input ends, or until it is killed. */
final class FaultNode {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Workload.Plan PLAN = new Workload.Plan(12, 4, Duration.ofMillis(40), 10);

    private FaultNode() {}

    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[1]);
        config.setUsername(arguments[2]);
        config.setMaximumPoolSize(10);
        config.setConnectionTimeout(TIMEOUT.toMillis());
        AppendSettings settings = new AppendSettings(1_000, 8 << 20, 10_000, 128 << 20, 4 << 20, 2, TIMEOUT);
        try (HikariDataSource pool = new HikariDataSource(config);
                PostgresEventLog log = new PostgresEventLog(pool, settings, new LogSignals())) {
            EventLogNode node = new EventLogNode(log, new TransactionTemplate(new DataSourceTransactionManager(pool)));
            Workload workload = Workload.start(
                    node,
                    name,
                    Path.of(arguments[3]),
                    PLAN,
                    ProcessHandle.current().pid());
            awaitEndOfInput();
            workload.close();
        }
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() != -1) {
            // Only the end means something.
        }
    }
}
