package dev.varve.eventstore.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.maintenance.LogMaintenance;
import dev.varve.eventstore.maintenance.SmallLog;
import dev.varve.eventstore.verification.Finding.Rule;
import dev.varve.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogVerificationIT {

    private final SmallLog log = SmallLog.of(TestDatabase.migrated(), 10);
    private final LogVerification verification = new LogVerification(log.dataSource(), 2);

    @BeforeEach
    void fill() throws SQLException {
        log.append("a", 0, 5);
        log.append("b", 0, 7);
        new LogMaintenance(log.dataSource()).seal();
        log.append("a", 5, 2);
        new LogMaintenance(log.dataSource()).seal();
        log.append("c", 0, 1);
    }

    @Test
    void a_log_that_nobody_touched_is_whole() throws Exception {
        VerifiedLog verified = verify();

        assertThat(verified.findings()).isEmpty();
        assertThat(List.of(verified.from(), verified.to(), verified.events(), verified.sealedTo()))
                .containsExactly(1L, 15L, 15L, 14L);
    }

    @Test
    void an_empty_log_is_whole() throws Exception {
        VerifiedLog verified =
                new LogVerification(TestDatabase.migrated().dataSource(), 2).verify(1, Long.MAX_VALUE, position -> {});

        assertThat(verified.isWhole()).isTrue();
        assertThat(verified.events()).isZero();
    }

    @Test
    void a_range_that_cuts_seals_is_whole() throws Exception {
        VerifiedLog verified = verification.verify(3, 14, position -> {});

        assertThat(verified.findings()).isEmpty();
        assertThat(verified.sealedTo()).isEqualTo(14);
    }

    @Test
    void the_digest_does_not_depend_on_when_digests_were_kept() throws Exception {
        String before = verify().digest();
        new LogMaintenance(log.dataSource()).seal();

        assertThat(verify().digest()).isEqualTo(before);
    }

    @Test
    void versions_are_lawful_as_the_old_store_had_them_up_to_the_mark_of_an_adoption() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        SmallLog adopted = SmallLog.of(database, 10);
        adopted.append("a", 0, 3);
        adopted.run("UPDATE event_store.event SET version = version + 9 WHERE position = 1");
        adopted.append("a", 10, 2);
        LogVerification ofAdopted = new LogVerification(database.dataSource(), 1);
        assertThat(ofAdopted.verify(1, Long.MAX_VALUE, position -> {}).findings())
                .extracting(Finding::rule)
                .containsOnly(Rule.VERSIONS);

        adopted.run(
                "INSERT INTO event_store.adoption (source, type_names, state, last_position, last_index, finished_at)"
                        + " VALUES ('old', '{}', 'finished', 3, 30, now())");

        assertThat(ofAdopted.verify(1, Long.MAX_VALUE, position -> {}).findings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            DENSE              | 13 | DELETE FROM event_store.event WHERE position = 13
            LATEST_RECORDED_AT | 15 | UPDATE event_store.event SET latest_recorded_at = latest_recorded_at + interval '1 h' WHERE position = 15
            VERSIONS           | 13 | UPDATE event_store.event SET version = 9 WHERE position = 13
            STREAMS            | 6  | DELETE FROM event_store.stream WHERE stream_id = 'b'
            STREAMS            | 6  | UPDATE event_store.stream SET stream_type = 'other' WHERE stream_id = 'b'
            STREAMS            | 9  | INSERT INTO event_store.stream VALUES ('nobody', 'thing', 9)
            SEALS              | 1  | UPDATE event_store.event SET payload = '{}' WHERE position = 3
            SEALS              | 13 | UPDATE event_store.event SET type = 'thing.else' WHERE position = 14
            RECEIPTS           | 99 | INSERT INTO event_store.command_receipt VALUES ('x', 99)
            SNAPSHOTS          | 1  | INSERT INTO event_store.snapshot SELECT 'a', 70, 't', 'i', 't', null, now(), '', ''
            CHECKPOINTS        | 16 | INSERT INTO event_store.token VALUES ('p', 0, 16, null, null, null, now())
            MESSAGES           | 1  | INSERT INTO outbox.message SELECT 1, gen_random_uuid(), 't', 'k', 'm', '{}', now(), 14, '{}'
            """)
    void what_was_done_by_hand_is_found(Rule rule, long position, String sql) throws Exception {
        log.run(sql);
        if (rule == Rule.MESSAGES) {
            log.run("INSERT INTO outbox.message SELECT 2, gen_random_uuid(), 't', 'k', 'm', '{}', now(), 13, '{}'");
        }

        assertThat(verify().findings()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.position()).isEqualTo(rule == Rule.MESSAGES ? 2 : position);
        });
    }

    @Test
    void a_digest_that_was_removed_is_missed() throws Exception {
        log.run("ALTER TABLE event_store.seal DISABLE TRIGGER ALL");
        log.run("DELETE FROM event_store.seal WHERE first_position = 1");

        assertThat(verify().findings()).extracting(Finding::rule).contains(Rule.SEALS);
    }

    private VerifiedLog verify() throws SQLException {
        return verification.verify(1, Long.MAX_VALUE, position -> {});
    }
}
