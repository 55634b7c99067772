package dev.varve.bench;

import dev.varve.eventstore.maintenance.LogMaintenance;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * What every node does beside its appends: it seals the log, and makes the indexes of full partitions.
 *
 * <p>Each measurement bears what its own events cost, and no other does: sealing begins and ends with it, often enough that
 * little is left, and what is left is sealed before the next one.
 */
final class Sealing {

    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final LogMaintenance maintenance;
    private final CountDownLatch measured = new CountDownLatch(1);

    private Sealing(LogMaintenance maintenance) {
        this.maintenance = maintenance;
    }

    /** The same measurement of work that appends to this log, with sealing beside it. */
    static Rounds.Measurement beside(DataSource log, Rounds.Measurement work) {
        return () -> {
            try (LogMaintenance maintenance = new LogMaintenance(log)) {
                Sealing sealing = new Sealing(maintenance);
                CompletableFuture<Void> sealed = CompletableFuture.runAsync(
                        sealing::sealUntilMeasured,
                        command -> Thread.ofPlatform().start(command));
                try {
                    return work.measure();
                } finally {
                    sealing.measured.countDown();
                    sealed.join();
                }
            }
        };
    }

    private void sealUntilMeasured() {
        try {
            boolean last;
            do {
                last = measured.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                maintenance.seal();
                maintenance.indexSealedPartitions();
            } while (!last);
        } catch (SQLException e) {
            throw new IllegalStateException("the log could not be sealed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
