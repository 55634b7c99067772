package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorActionsIT {

    private static final OperatorAction SKIP = new OperatorAction(
            "cli:ada", "outbox.skip", "billing", "poison", Map.of("position", 7, "keys", List.of("a")));

    @Test
    void an_action_is_recorded_with_what_it_did() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (var connection = database.dataSource().getConnection()) {
            OperatorActions.record(connection, SKIP);
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "SELECT actor, action, target, reason, details ->> 'position', details -> 'keys' ->> 0"
                                    + " FROM event_store.operator_action WHERE at <= clock_timestamp()")) {
                assertThat(rows.next()).isTrue();
                assertThat(List.of(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)))
                        .containsExactly("cli:ada", "outbox.skip", "billing", "poison");
                assertThat(List.of(rows.getString(5), rows.getString(6))).containsExactly("7", "a");
            }
        }
    }

    @Test
    void an_action_falls_with_the_transaction_it_was_part_of() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (var connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            OperatorActions.record(connection, SKIP);
            connection.rollback();
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT count(*) FROM event_store.operator_action")) {
                rows.next();
                assertThat(rows.getLong(1)).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE event_store.operator_action SET actor = 'nobody'",
                "DELETE FROM event_store.operator_action",
                "TRUNCATE event_store.operator_action"
            })
    void an_action_cannot_be_changed_or_removed(String change) throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            OperatorActions.record(connection, SKIP);
            assertThatThrownBy(() -> statement.execute(change))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("event_store.operator_action is insert-only");
        }
    }
}
