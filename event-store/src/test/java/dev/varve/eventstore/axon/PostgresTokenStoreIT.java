package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventhandling.tokenstore.UnableToInitializeTokenException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** What Axon asks of its own token store (JdbcTokenStoreTest), asked of this one, and what is its own. */
class PostgresTokenStoreIT {

    private static final long CHECKPOINTS = 2_000;

    private final DataSource dataSource = TestDatabase.migrated().dataSource();
    private final PostgresTokenStore here = store("here", Duration.ofSeconds(10));
    private final PostgresTokenStore there = store("there", Duration.ofSeconds(10));

    private PostgresTokenStore store(String node, Duration claimTimeout) {
        return new PostgresTokenStore(
                dataSource, NamedEventSerializer.of(EventTypeRegistry.empty()), claimTimeout, node);
    }

    private static TrackingToken at(long position) {
        return new GlobalSequenceTrackingToken(position);
    }

    @Test
    void segments_are_made_once() {
        here.initializeTokenSegments("p", 3, at(7));

        assertThat(here.fetchSegments("p")).containsExactly(0, 1, 2);
        assertThat(here.fetchToken("p", 2)).isEqualTo(at(7));
        assertThatThrownBy(() -> there.initializeTokenSegments("p", 2)).isInstanceOf(UnableToClaimTokenException.class);
        assertThatThrownBy(() -> there.initializeSegment(at(1), "p", 1))
                .isInstanceOf(UnableToInitializeTokenException.class);
    }

    @Test
    void a_claimed_segment_is_closed_to_others_until_it_is_released() {
        here.initializeTokenSegments("p", 1);
        assertThat(here.fetchToken("p", 0)).isNull();
        here.storeToken(at(3), "p", 0);

        assertThatThrownBy(() -> there.fetchToken("p", 0)).isInstanceOf(UnableToClaimTokenException.class);
        assertThatThrownBy(() -> there.storeToken(at(9), "p", 0)).isInstanceOf(UnableToClaimTokenException.class);
        assertThatThrownBy(() -> there.extendClaim("p", 0)).isInstanceOf(UnableToClaimTokenException.class);
        assertThat(there.fetchAvailableSegments("p")).isEmpty();

        here.releaseClaim("p", 0);

        assertThat(there.fetchAvailableSegments("p")).containsExactly(Segment.ROOT_SEGMENT);
        assertThat(there.fetchToken("p", 0)).isEqualTo(at(3));
        assertThatThrownBy(() -> here.extendClaim("p", 0)).isInstanceOf(UnableToClaimTokenException.class);
    }

    @Test
    void a_claim_that_timed_out_is_taken_over() {
        here.initializeTokenSegments("p", 1, at(5));
        here.fetchToken("p", 0);

        assertThat(store("heir", Duration.ofMillis(-1)).fetchToken("p", 0)).isEqualTo(at(5));
    }

    /** As a machine leaves it that vanishes in the middle of a batch, until PostgreSQL notices. */
    @Test
    void a_segment_that_an_open_transaction_holds_is_not_waited_for() throws SQLException {
        here.initializeTokenSegments("p", 2, at(5));
        try (Connection vanished = dataSource.getConnection();
                Connection connection = dataSource.getConnection();
                Statement held = vanished.createStatement();
                Statement statement = connection.createStatement()) {
            vanished.setAutoCommit(false);
            held.execute("UPDATE event_store.token SET position = 9 WHERE segment = 0");
            statement.execute("SET lock_timeout = '2s'");
            PostgresTokenStore heir = new PostgresTokenStore(
                    new SingleConnectionDataSource(connection, true),
                    NamedEventSerializer.of(EventTypeRegistry.empty()),
                    Duration.ofSeconds(10),
                    "heir");

            assertThatThrownBy(() -> heir.fetchToken("p", 0)).isInstanceOf(UnableToClaimTokenException.class);
            assertThat(heir.fetchToken("p", 1)).isEqualTo(at(5));
            vanished.rollback();
            assertThat(heir.fetchToken("p", 0)).isEqualTo(at(5));
        }
    }

    @Test
    void a_token_that_replays_comes_back() {
        here.initializeTokenSegments("p", 1);
        TrackingToken replay = ReplayToken.createReplayToken(at(40), at(10), "because");

        here.storeToken(replay, "p", 0);

        assertThat(here.fetchToken("p", 0)).isEqualTo(replay);
    }

    @Test
    void only_the_owner_deletes() {
        here.initializeTokenSegments("p", 1);
        here.fetchToken("p", 0);

        assertThatThrownBy(() -> there.deleteToken("p", 0)).isInstanceOf(UnableToClaimTokenException.class);
        here.deleteToken("p", 0);
        assertThat(here.fetchSegments("p")).isEmpty();
    }

    @Test
    void a_checkpoint_may_be_taken_back_to_the_very_beginning() {
        here.initializeTokenSegments("p", 1, at(5));
        here.fetchToken("p", 0);

        here.storeToken(null, "p", 0);

        assertThat(here.fetchToken("p", 0)).isNull();
    }

    @Test
    void processors_have_segments_of_their_own() {
        here.initializeTokenSegments("p", 7, at(10));
        here.initializeTokenSegments("q", 2);
        here.fetchToken("q", 1);
        here.storeToken(at(3), "q", 1);

        assertThat(here.fetchSegments("p")).containsExactly(0, 1, 2, 3, 4, 5, 6);
        for (int segment : here.fetchSegments("p")) {
            assertThat(here.fetchToken("p", segment)).isEqualTo(at(10));
        }
        assertThat(here.fetchSegments("q")).containsExactly(0, 1);
        assertThat(here.fetchToken("q", 0)).isNull();
        assertThat(here.fetchSegments("nobody")).isEmpty();
        assertThatThrownBy(() -> here.fetchToken("nobody", 0)).isInstanceOf(UnableToClaimTokenException.class);
    }

    @Test
    void who_lost_a_segment_neither_stores_nor_releases_it() {
        PostgresTokenStore thief = store("thief", Duration.ofMillis(-1));
        here.initializeTokenSegments("p", 1);
        here.fetchToken("p", 0);
        thief.fetchToken("p", 0);

        assertThatThrownBy(() -> here.storeToken(at(1), "p", 0)).isInstanceOf(UnableToClaimTokenException.class);
        here.releaseClaim("p", 0);

        thief.storeToken(at(2), "p", 0);
        assertThatThrownBy(() -> there.fetchToken("p", 0)).isInstanceOf(UnableToClaimTokenException.class);
    }

    @Test
    void a_checkpoint_stands_or_falls_with_the_open_transaction() {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        here.initializeTokenSegments("p", 1);
        transaction.executeWithoutResult(status -> {
            here.fetchToken("p", 0);
            here.storeToken(at(1), "p", 0);
        });
        transaction.executeWithoutResult(status -> {
            here.storeToken(at(2), "p", 0);
            assertThat(here.fetchToken("p", 0)).isEqualTo(at(2));
            status.setRollbackOnly();
        });

        assertThat(here.fetchToken("p", 0)).isEqualTo(at(1));
    }

    @Test
    void all_nodes_of_a_database_see_one_identity() {
        assertThat(here.retrieveStorageIdentifier()).isPresent().isEqualTo(there.retrieveStorageIdentifier());
    }

    /**
     * Each checkpoint leaves a version of its row behind, and none of them can go while a snapshot is held that may see the
     * first; whoever looks through them for the last one takes longer with every checkpoint.
     */
    @Test
    void a_checkpoint_touches_no_more_pages_because_a_snapshot_is_held() throws SQLException {
        here.initializeTokenSegments("p", 2);
        try (Connection held = dataSource.getConnection();
                Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            held.setAutoCommit(false);
            held.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            held.createStatement().execute("SELECT count(*) FROM event_store.token");
            PostgresTokenStore tokens = new PostgresTokenStore(
                    new SingleConnectionDataSource(connection, true),
                    NamedEventSerializer.of(EventTypeRegistry.empty()),
                    Duration.ofSeconds(10),
                    "here");
            tokens.fetchToken("p", 1);
            store(tokens, 1, CHECKPOINTS);
            long pages = pagesTouched(statement);
            store(tokens, CHECKPOINTS + 1, 2 * CHECKPOINTS);

            assertThat(pagesTouched(statement) - pages).isLessThan(10 * CHECKPOINTS);
            assertThat(tokens.fetchToken("p", 1)).isEqualTo(at(2 * CHECKPOINTS));
        }
    }

    private static void store(PostgresTokenStore tokens, long from, long to) {
        for (long position = from; position <= to; position++) {
            tokens.storeToken(at(position), "p", 1);
        }
    }

    /** By the session that asks, and by all that have ended. */
    private static long pagesTouched(Statement statement) throws SQLException {
        statement.execute("SELECT pg_stat_force_next_flush()");
        try (ResultSet rows = statement.executeQuery("""
                SELECT heap_blks_read + heap_blks_hit FROM pg_statio_user_tables
                WHERE relid = 'event_store.token'::regclass
                """)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
