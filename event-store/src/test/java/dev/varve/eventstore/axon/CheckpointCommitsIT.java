package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class CheckpointCommitsIT {

    private static final String CONFIGURED = "local";

    private final PGSimpleDataSource dataSource = TestDatabase.migrated().dataSource();
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final TransactionTemplate transaction =
            new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    private final PostgresTokenStore tokens = store(false);

    CheckpointCommitsIT() {
        dataSource.setOptions("-c synchronous_commit=" + CONFIGURED);
        tokens.initializeTokenSegments("p", 1);
        tokens.fetchToken("p", 0);
    }

    private PostgresTokenStore store(boolean flushing) {
        return new PostgresTokenStore(
                dataSource,
                NamedEventSerializer.of(EventTypeRegistry.empty()),
                Duration.ofSeconds(10),
                "here",
                flushing);
    }

    @Test
    void a_checkpoint_does_not_wait_for_the_disk() {
        assertThat(committedWith(() -> move(tokens))).isEqualTo("off");
        assertThat(jdbc.queryForObject("SHOW synchronous_commit", String.class)).isEqualTo(CONFIGURED);
    }

    @Test
    void it_does_where_that_is_wanted() {
        assertThat(committedWith(() -> move(store(true)))).isEqualTo(CONFIGURED);
    }

    @Test
    void events_written_before_it_do() {
        try (PostgresEventLog log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals())) {
            assertThat(committedWith(() -> {
                        log.append(event("before"));
                        move(tokens);
                    }))
                    .isEqualTo(CONFIGURED);
        }
    }

    @Test
    void events_written_after_it_do() {
        try (PostgresEventLog log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals())) {
            assertThat(committedWith(() -> {
                        move(tokens);
                        log.append(event("after"));
                        move(tokens);
                    }))
                    .isEqualTo(CONFIGURED);
        }
    }

    private static void move(PostgresTokenStore tokens) {
        tokens.storeToken(new GlobalSequenceTrackingToken(1), "p", 0);
    }

    private String committedWith(Runnable work) {
        String setting = transaction.execute(status -> {
            work.run();
            return jdbc.queryForObject("SHOW synchronous_commit", String.class);
        });
        return String.valueOf(setting);
    }

    private static Append event(String stream) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return Append.of(
                List.of(new NewEvent(stream, "Thing", stream, 0, "thing.happened", "1", Instant.EPOCH, json, json)));
    }
}
