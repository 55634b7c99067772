package dev.varve.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InboxIT {

    private final Inbox inbox = new Inbox("billing");
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = TestDatabase.empty().dataSource().getConnection();
        execute(connection, Inbox.TABLE);
        execute(connection, "CREATE TABLE bill (position bigint)");
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private boolean bill(String shard, long position) throws SQLException {
        boolean now = inbox.once(
                connection, shard, position, with -> execute(with, "INSERT INTO bill VALUES (" + position + ")"));
        connection.commit();
        return now;
    }

    private long count(String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void a_message_that_comes_twice_has_its_effect_once() throws SQLException {
        assertThat(bill("0", 1)).isTrue();
        assertThat(bill("0", 5)).isTrue();
        assertThat(bill("0", 1)).isFalse();
        assertThat(bill("0", 5)).isFalse();
        assertThat(count("bill")).isEqualTo(2);
        assertThat(count("inbox_position")).isEqualTo(1);
    }

    @Test
    void shards_go_on_by_themselves() throws SQLException {
        assertThat(bill("0", 5)).isTrue();
        assertThat(bill("1", 1)).isTrue();
    }

    @Test
    void an_effect_that_fails_may_be_tried_again() throws SQLException {
        assertThatThrownBy(() -> inbox.once(connection, "0", 1, with -> execute(with, "SELECT 1 / 0")))
                .isInstanceOf(SQLException.class);
        connection.rollback();
        assertThat(bill("0", 1)).isTrue();
    }

    @Test
    void a_connection_without_a_transaction_is_refused() throws SQLException {
        connection.setAutoCommit(true);
        assertThatThrownBy(() -> inbox.once(connection, "0", 1, with -> {})).isInstanceOf(IllegalStateException.class);
    }
}
