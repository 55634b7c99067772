package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SqlIT {

    private static final int CALLERS = 12;

    @Test
    void of_a_share_of_connections_no_more_are_used_at_once() throws Exception {
        AtomicInteger used = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Outbox outbox = new Outbox();
                ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            Sql sql = new Sql(outbox.dataSource, 3);
            List<Future<?>> calls = new ArrayList<>();
            for (int n = 0; n < CALLERS; n++) {
                calls.add(callers.submit(() -> sql.on("wait a little", connection -> {
                    most.accumulateAndGet(used.incrementAndGet(), Math::max);
                    Sql.list(connection, "SELECT pg_sleep(0.05)", Sql.Binding.none(), rows -> true);
                    return used.decrementAndGet();
                })));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        assertThat(most).hasValue(3);
    }
}
