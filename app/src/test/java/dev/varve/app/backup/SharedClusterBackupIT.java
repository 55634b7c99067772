package dev.varve.app.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.varve.app.database.Database;
import dev.varve.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of one's own in a cluster where others have theirs. */
class SharedClusterBackupIT {

    private final TestDatabase database = TestDatabase.migrated();

    @TempDir
    private Path folder;

    @Test
    void a_database_of_others_that_our_role_may_not_enter_is_no_obstacle() throws SQLException {
        String name = Objects.requireNonNull(database.dataSource().getDatabaseName());
        String owner = "owner_of_" + name;
        String others = "others_beside_" + name;
        execute("CREATE ROLE " + owner + " LOGIN PASSWORD 'secret'");
        execute("GRANT ALL ON DATABASE " + name + " TO " + owner);
        execute("GRANT pg_read_all_data TO " + owner);
        execute("CREATE DATABASE " + others);
        execute("REVOKE CONNECT ON DATABASE " + others + " FROM PUBLIC");
        try (Database ours = Database.external(database.jdbcUrl(), owner, "secret")) {
            Throwable thrown =
                    catchThrowable(() -> new Backups(folder, Clock.systemUTC(), (step, done, all) -> {}).take(ours));

            // Where PostgreSQL's client programs are missing, that is as far as it comes.
            if (thrown != null) {
                assertThat(thrown).hasMessageContaining("postgresql-client");
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
