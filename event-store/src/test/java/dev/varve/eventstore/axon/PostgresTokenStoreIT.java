package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.testkit.TestDatabase;
import java.time.Duration;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventhandling.tokenstore.UnableToInitializeTokenException;
import org.junit.jupiter.api.Test;

class PostgresTokenStoreIT {

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
    void claims_that_come_due_together_are_extended_by_one_statement() {
        CountedStatements statements = new CountedStatements(dataSource);
        PostgresTokenStore counted = new PostgresTokenStore(
                statements.dataSource(),
                NamedEventSerializer.of(EventTypeRegistry.empty()),
                Duration.ofSeconds(10),
                "here");
        counted.initializeTokenSegments("p", 4);
        counted.initializeTokenSegments("q", 2);
        for (int segment = 0; segment < 4; segment++) {
            counted.fetchToken("p", segment);
        }
        counted.fetchToken("q", 1);
        statements.forget();

        for (int segment = 0; segment < 4; segment++) {
            counted.extendClaim("p", segment);
        }
        counted.extendClaim("q", 1);

        assertThat(statements.sent()).hasSize(1);
        assertThatThrownBy(() -> there.fetchToken("p", 3)).isInstanceOf(UnableToClaimTokenException.class);
        assertThat(there.fetchToken("q", 0)).isNull();
    }

    @Test
    void a_claim_that_timed_out_is_taken_over() {
        here.initializeTokenSegments("p", 1, at(5));
        here.fetchToken("p", 0);

        assertThat(store("heir", Duration.ofMillis(-1)).fetchToken("p", 0)).isEqualTo(at(5));
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
    void all_nodes_of_a_database_see_one_identity() {
        assertThat(here.retrieveStorageIdentifier()).isPresent().isEqualTo(there.retrieveStorageIdentifier());
    }
}
