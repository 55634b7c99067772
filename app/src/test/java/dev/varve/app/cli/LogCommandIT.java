package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LogCommandIT {

    private final TestDatabase database = TestDatabase.migrated();
    private final TestDatabase oldDatabase = TestDatabase.empty();
    private final StringWriter printed = new StringWriter();

    @Test
    void an_old_store_in_another_database_is_taken_over_and_verified() throws Exception {
        oldStore("{}");

        assertThat(log("adopt", "--from-axon", "--dry-run", "--source-url", url(oldDatabase)))
                .isZero();
        assertThat(printed.toString())
                .contains("20 events in 2 streams, 9 gaps closed", "1 snapshots", "nothing was written");
        assertThat(log("adopt", "--from-axon", "--source-url", url(oldDatabase)))
                .isZero();
        assertThat(log("verify", "--connections", "2")).isZero();
        assertThat(log("partitions")).isZero();

        assertThat(printed.toString())
                .contains(
                        "bank.AmountBooked (name kept)",
                        "Taken over up to position 20 ",
                        "Positions    1 to 20, 20 events",
                        "The log is whole")
                .containsPattern("event_store.event 1-10000000 +open +20 ");
    }

    @Test
    void snapshots_that_are_not_json_can_be_left_behind() throws Exception {
        oldStore("<state/>");

        assertThat(log("adopt", "--from-axon", "--source-url", url(oldDatabase)))
                .isEqualTo(1);
        assertThat(printed.toString()).contains("--without-snapshots");
        assertThat(log("adopt", "--from-axon", "--without-snapshots", "--source-url", url(oldDatabase)))
                .isZero();

        assertThat(printed.toString()).contains("note: 1 snapshots are left behind");
    }

    @Test
    void a_database_that_was_not_migrated_is_left_as_it_is() throws Exception {
        oldStore("{}");
        TestDatabase empty = TestDatabase.empty();

        assertThat(logOf(empty, "adopt", "--from-axon", "--source-url", url(oldDatabase)))
                .isEqualTo(1);

        assertThat(printed.toString()).contains("./varve migrate up");
        try (Connection connection = empty.dataSource().getConnection();
                ResultSet schemas = connection.getMetaData().getSchemas(null, "event_store")) {
            assertThat(schemas.next()).isFalse();
        }
    }

    @Test
    void a_database_that_is_no_postgresql_is_wrong_usage() {
        assertThat(log("adopt", "--from-axon", "--source-url", "jdbc:mysql://localhost/shop"))
                .isEqualTo(2);
        assertThat(printed.toString()).contains("--source-url must begin with jdbc:postgresql:");
    }

    /** As Axon's JDBC engine makes it, with a gap after every other event. */
    private void oldStore(String snapshot) throws SQLException {
        try (Connection connection = oldDatabase.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE domainevententry (
                        globalindex bigserial PRIMARY KEY, aggregateidentifier varchar(255) NOT NULL,
                        eventidentifier varchar(255) NOT NULL UNIQUE, metadata bytea, payload bytea NOT NULL,
                        payloadrevision varchar(255), payloadtype varchar(255) NOT NULL, sequencenumber bigint NOT NULL,
                        timestamp varchar(255) NOT NULL, type varchar(255), UNIQUE (aggregateidentifier, sequencenumber));
                    CREATE TABLE snapshotevententry (
                        aggregateidentifier varchar(255) NOT NULL, eventidentifier varchar(255) NOT NULL UNIQUE,
                        metadata bytea, payload bytea NOT NULL, payloadrevision varchar(255), payloadtype varchar(255) NOT NULL,
                        sequencenumber bigint NOT NULL, timestamp varchar(255) NOT NULL, type varchar(255) NOT NULL,
                        PRIMARY KEY (aggregateidentifier, sequencenumber));
                    INSERT INTO domainevententry
                    SELECT n + n / 2, 'account-' || n % 2, 'id-' || n, '{}', '{"cents":1}', '1', 'bank.AmountBooked', n / 2,
                           '2026-03-01T12:00:00.123456Z', 'Account' FROM generate_series(0, 19) AS n
                    """);
            statement.execute("INSERT INTO snapshotevententry VALUES ('account-1', 's', '{}', '" + snapshot
                    + "', null, 'bank.Account', 9, '2026-03-01T12:00:00Z', 'Account')");
        }
    }

    private static String url(TestDatabase database) {
        return "%s?user=%s&password=%s".formatted(database.jdbcUrl(), database.user(), database.password());
    }

    private int log(String... arguments) {
        return logOf(database, arguments);
    }

    private int logOf(TestDatabase target, String... arguments) {
        List<String> all = new ArrayList<>(List.of("log"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--database-url", url(target)));
        CommandLine commandLine = CommandLineInterface.of(all, ContextCommands.withoutApplication());
        commandLine.setOut(new PrintWriter(printed, true));
        commandLine.setErr(new PrintWriter(printed, true));
        return commandLine.execute(all.toArray(String[]::new));
    }
}
