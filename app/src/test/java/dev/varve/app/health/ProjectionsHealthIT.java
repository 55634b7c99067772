package dev.varve.app.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.app.database.DatabaseWatch;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.rebuild.ProjectionStates;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class ProjectionsHealthIT {

    private final TestDatabase database = TestDatabase.migrated();
    private final ProjectionsHealthIndicator indicator = new ProjectionsHealthIndicator(
            new ProjectionStates(database.dataSource()),
            new ParkedEvents(database.dataSource()),
            new DatabaseWatch(database.dataSource(), Clock.systemUTC()));

    @Test
    void says_who_is_behind_for_how_long_and_whose_rows_are_of_older_code() throws SQLException {
        execute(
                "INSERT INTO projection.version (projection, version, code_version, tables) VALUES ('a', 1, 2, '{}'), ('b', 1, 1, '{}')");
        execute("INSERT INTO event_store.token (processor, segment, position, claimed_at)"
                + " VALUES ('a', 0, 1, now()), ('a', 1, 2, now()), ('b', 0, 2, now())");
        execute("""
                INSERT INTO event_store.event
                    (position, event_id, stream_type, stream_id, version, type, revision, recorded_at, latest_recorded_at, payload, metadata)
                SELECT n, n::text, 'T', 's', n - 1, 't', '1', now() - interval '1 minute', now(), '{}', '{}'
                FROM generate_series(1, 2) n""");

        Health health = indicator.health();

        assertThat(health.getStatus()).as("the old rows are served").isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("caughtUp", false);
        assertThat(details(health, "a")).containsEntry("position", 1L).containsEntry("lagEvents", 1L);
        assertThat((double) details(health, "a").get("lagSeconds")).isBetween(59.0, 600.0);
        assertThat(details(health, "a").get("changed")).asString().contains("./varve projection rebuild a");
        assertThat(details(health, "b")).containsEntry("lagEvents", 0L).doesNotContainKey("changed");

        execute("UPDATE event_store.token SET position = 2");
        assertThat(indicator.health().getDetails()).containsEntry("caughtUp", true);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> details(Health health, String projection) {
        return (Map<String, Object>) health.getDetails().get(projection);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
