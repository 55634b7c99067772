package dev.varve.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkloadIT {

    @TempDir
    Path folder;

    /** A checker that finds nothing here would find nothing anywhere. */
    @Test
    void a_log_with_positions_from_a_sequence_is_found_faulty() throws Exception {
        try (HikariDataSource dataSource = new HikariDataSource()) {
            dataSource.setDataSource(TestDatabase.empty().dataSource());
            dataSource.setMaximumPoolSize(20);
            SequenceLog log = new SequenceLog(dataSource);
            log.create();
            Workload.Plan plan = new Workload.Plan(6, 6, Duration.ofMillis(2), 10);

            Workload workload = Workload.start(log, "one", folder, plan, 7);
            await().atMost(Duration.ofSeconds(50)).until(() -> log.read(3_000, 1), page -> !page.isEmpty());
            workload.close();

            Verdict verdict = Verdict.of(folder, log.read(0, Integer.MAX_VALUE), List.of());
            assertThat(verdict.isClean()).isFalse();
            assertThat(verdict.lost()).as("events its reader never saw").isPositive();
            assertThat(verdict.gaps())
                    .as("positions that roll-backs left empty")
                    .isPositive();
            assertThat(verdict.examples()).hasSize(20);
        }
    }
}
