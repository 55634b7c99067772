package dev.varve.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RestartablePostgresIT {

    @TempDir
    Path folder;

    @Test
    void what_was_committed_survives_a_stop_and_a_kill() throws SQLException {
        try (RestartablePostgres postgres = RestartablePostgres.in(folder.resolve("data"))) {
            assertThat(ask(postgres, "SELECT current_setting('fsync')")).isEqualTo("on");
            execute(postgres, "CREATE TABLE note (text text)");
            execute(postgres, "INSERT INTO note VALUES ('before the stop')");
            int port = postgres.port();

            postgres.stop();
            assertThatThrownBy(() -> execute(postgres, "SELECT 1")).isInstanceOf(SQLException.class);
            postgres.startAgain();
            execute(postgres, "INSERT INTO note VALUES ('before the kill')");
            try (Connection connection = postgres.dataSource("postgres").getConnection()) {
                postgres.kill();
                assertThat(connection.isValid(5)).isFalse();
            }
            postgres.startAgain();

            assertThat(ask(postgres, "SELECT string_agg(text, ', ' ORDER BY text) FROM note"))
                    .isEqualTo("before the kill, before the stop");
            assertThat(postgres.port()).isEqualTo(port);
        }
    }

    private static void execute(RestartablePostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(RestartablePostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.dataSource("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
