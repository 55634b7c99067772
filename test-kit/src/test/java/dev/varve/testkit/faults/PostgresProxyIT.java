package dev.varve.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PostgresProxyIT {

    private final TestDatabase database = TestDatabase.empty();
    private final PostgresProxy proxy = PostgresProxy.before(database.dataSource());
    private final DataSource through = proxy.dataSource(database.dataSource());

    @BeforeEach
    void table() throws SQLException {
        execute(database.dataSource(), "CREATE TABLE note (text text)");
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void a_connection_works_as_if_nothing_were_between() throws SQLException {
        String large = "x".repeat(1 << 20);
        write(through, large);

        assertThat(notes()).isEqualTo(1);
        assertThat(ask(through, "SELECT length(text) FROM note")).isEqualTo(1 << 20);
    }

    @Test
    void an_answer_that_is_lost_was_committed_before() throws SQLException {
        proxy.loseAnswersTo("INSERT INTO note", 1);

        assertThatThrownBy(() -> write(through, "once"))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .asString()
                .startsWith("08");

        assertThat(notes()).isEqualTo(1);
        assertThat(proxy.lostAnswers()).isEqualTo(1);
        write(through, "again");
        assertThat(notes()).isEqualTo(2);
    }

    @Test
    void the_answer_to_a_commit_can_be_lost_too() throws SQLException {
        proxy.loseAnswersTo("COMMIT", 1);
        try (Connection connection = through.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO note VALUES ('once')");
            }
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }

        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void a_prepared_statement_is_known_when_it_runs_again() throws SQLException {
        try (Connection connection = through.getConnection();
                PreparedStatement statement = connection.prepareStatement("INSERT INTO note VALUES (?)")) {
            for (int n = 0; n < 8; n++) {
                statement.setString(1, "note " + n);
                statement.executeUpdate();
            }
            proxy.loseAnswersTo("INSERT INTO note", 1);
            assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
        }

        assertThat(notes()).isEqualTo(9);
    }

    @Test
    void whoever_is_refused_gets_no_connection_until_the_end_of_it() throws SQLException {
        try (Connection connection = through.getConnection()) {
            proxy.refuse();
            assertThat(connection.isValid(5)).isFalse();
            assertThatThrownBy(() -> write(through, "refused")).isInstanceOf(SQLException.class);
        }
        proxy.admitAgain();
        write(through, "admitted");

        assertThat(notes()).isEqualTo(1);
    }

    @Test
    void a_frozen_connection_stays_open_and_goes_on_when_it_thaws() throws Exception {
        try (Connection connection = through.getConnection()) {
            proxy.freeze();
            CompletableFuture<Void> written = CompletableFuture.runAsync(
                    () -> {
                        try {
                            execute(connection, "INSERT INTO note VALUES ('late')");
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    inThreadOfItsOwn());
            assertThat(notes()).isZero();
            assertThat(written).isNotDone();

            proxy.thaw();

            written.get();
            assertThat(notes()).isEqualTo(1);
        }
    }

    private static Executor inThreadOfItsOwn() {
        return work -> Thread.ofVirtual().start(work);
    }

    private static void write(DataSource dataSource, String text) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement("INSERT INTO note VALUES (?)")) {
            statement.setString(1, text);
            statement.executeUpdate();
        }
    }

    private static void execute(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            execute(connection, sql);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long notes() throws SQLException {
        return ask(database.dataSource(), "SELECT count(*) FROM note");
    }

    private static long ask(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
