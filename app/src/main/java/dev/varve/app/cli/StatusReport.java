package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.app.personal.PersonalKeys;
import dev.varve.eventstore.watch.LogWait;
import dev.varve.eventstore.watch.LogWaits;
import dev.varve.migrations.Migrations;
import dev.varve.migrations.SchemaStatus;
import dev.varve.personal.KeyFolderException;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** How things stand, read with plain SQL: it must answer also when the application could not start. */
record StatusReport(
        DatabaseState database,
        List<String> servers,
        List<SchemaState> schemas,
        @Nullable LogState log,
        List<LogWait> waits,
        List<ProjectionState> projections,
        PersonalKeysState personalKeys) {

    private static final long WAIT_MILLIS = 1_000;

    StatusReport {
        servers = List.copyOf(servers);
        schemas = List.copyOf(schemas);
        waits = List.copyOf(waits);
        projections = List.copyOf(projections);
    }

    /**
     * The database.
     *
     * @param dataDir null if others run it
     * @param wasRunning false if it was started to answer this
     */
    record DatabaseState(String url, @Nullable String dataDir, String version, boolean wasRunning) {}

    /** A schema, with the version it has and how many migrations it lacks. */
    record SchemaState(String name, int version, int pending, boolean upToDate) {}

    /** The end of the log. */
    record LogState(long position, @Nullable Instant lastRecordedAt) {}

    /** A projection, with the position of its slowest part and how many events lie between that and the end. */
    record ProjectionState(String name, long position, long behind, Instant reportedAt) {}

    /**
     * The keys of persons.
     *
     * @param folder null if none is set
     * @param problem why they cannot be used; null if they can, or if there are none yet
     */
    record PersonalKeysState(
            @Nullable String folder, boolean made, @Nullable String problem) {

        static PersonalKeysState of(Database database) {
            PersonalDataSettings settings = PersonalKeys.settings(database);
            String folder =
                    settings.keyFolder() == null ? null : settings.keyFolder().toString();
            if (!PersonalData.existsIn(settings)) {
                return new PersonalKeysState(folder, false, null);
            }
            try {
                PersonalData.in(settings).check();
                return new PersonalKeysState(folder, true, null);
            } catch (KeyFolderException e) {
                return new PersonalKeysState(folder, true, String.valueOf(e.getMessage()));
            }
        }

        private String text() {
            if (problem != null) {
                return "out of reach: " + problem;
            }
            if (folder == null) {
                return "no folder is set (varve.personal-data.key-folder)";
            }
            return folder + (made ? "" : ", none yet");
        }
    }

    private static final String SERVERS = """
            SELECT DISTINCT substr(application_name, length(?) + 1)
            FROM pg_stat_activity
            WHERE datname = current_database() AND starts_with(application_name, ?)
            ORDER BY 1""";

    private static final String END_OF_LOG =
            "SELECT position, recorded_at FROM event_store.event ORDER BY position DESC LIMIT 1";

    private static final String PROGRESS = """
            SELECT projection, min(position), max(updated_at)
            FROM projection.progress GROUP BY projection ORDER BY projection""";

    static StatusReport of(Database database) throws SQLException {
        DataSource dataSource = database.dataSource();
        try (Connection connection = dataSource.getConnection()) {
            Optional<LogState> log = log(connection);
            return new StatusReport(
                    new DatabaseState(
                            database.jdbcUrl(),
                            database.folder() == null ? null : database.folder().toString(),
                            connection.getMetaData().getDatabaseProductVersion(),
                            database.wasRunning()),
                    servers(connection),
                    new Migrations(dataSource)
                            .status().stream().map(StatusReport::schema).toList(),
                    log.orElse(null),
                    log.isPresent() ? LogWaits.longerThan(connection, WAIT_MILLIS) : List.of(),
                    projections(connection, log.map(LogState::position).orElse(0L)),
                    PersonalKeysState.of(database));
        }
    }

    private static SchemaState schema(SchemaStatus schema) {
        return new SchemaState(
                schema.schema(), schema.current(), schema.pending().size(), schema.upToDate());
    }

    private static List<String> servers(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SERVERS)) {
            statement.setString(1, Application.SERVER_NAME);
            statement.setString(2, Application.SERVER_NAME);
            List<String> servers = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    servers.add(rows.getString(1));
                }
            }
            return servers;
        }
    }

    private static Optional<LogState> log(Connection connection) throws SQLException {
        if (!exists(connection, "event_store.event")) {
            return Optional.empty();
        }
        try (PreparedStatement statement = connection.prepareStatement(END_OF_LOG);
                ResultSet row = statement.executeQuery()) {
            return Optional.of(row.next() ? new LogState(row.getLong(1), instant(row, 2)) : new LogState(0, null));
        }
    }

    private static List<ProjectionState> projections(Connection connection, long head) throws SQLException {
        List<ProjectionState> projections = new ArrayList<>();
        if (!exists(connection, "projection.progress")) {
            return projections;
        }
        try (PreparedStatement statement = connection.prepareStatement(PROGRESS);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                long position = rows.getLong(2);
                projections.add(new ProjectionState(
                        rows.getString(1), position, Math.max(0, head - position), instant(rows, 3)));
            }
        }
        return projections;
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    void printTo(PrintWriter out) {
        out.println("Database     %s, PostgreSQL %s".formatted(database.url(), database.version()));
        if (database.dataDir() != null) {
            out.println("             embedded in %s, %s"
                    .formatted(database.dataDir(), database.wasRunning() ? "running" : "started for this answer"));
        }
        out.println("Server       "
                + (servers.isEmpty()
                        ? "none"
                        : servers.stream().map(address -> "http://" + address).collect(Collectors.joining(", "))));
        out.println("Schemas      "
                + (schemas.isEmpty()
                        ? "none"
                        : schemas.stream().map(StatusReport::text).collect(Collectors.joining(", "))));
        out.println("Log          " + (log == null ? "none yet" : text(log)));
        for (LogWait wait : waits) {
            out.println("Waiting      %d for pid %s (%s), since %s"
                    .formatted(wait.waiting(), wait.pid(), wait.session(), wait.since()));
            out.println("             " + wait.advice());
        }
        String heading = "Projections";
        for (ProjectionState projection : projections) {
            out.println("%-12s %-28s position %,d, %s"
                    .formatted(
                            heading,
                            projection.name(),
                            projection.position(),
                            projection.behind() == 0 ? "caught up" : "%,d behind".formatted(projection.behind())));
            heading = "";
        }
        if (projections.isEmpty()) {
            out.println(heading + "  none yet");
        }
        out.println("Person keys  " + personalKeys.text());
        out.flush();
    }

    private static String text(SchemaState schema) {
        String version = schema.name() + " " + schema.version();
        if (schema.pending() > 0) {
            return version + " (" + schema.pending() + " pending)";
        }
        return schema.upToDate() ? version : version + " (differs from this release)";
    }

    private static String text(LogState log) {
        return "position %,d%s"
                .formatted(
                        log.position(), log.lastRecordedAt() == null ? "" : ", last event at " + log.lastRecordedAt());
    }
}
