package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ProcessingTimeoutsIT {

    private static final String[] QUICK = {
        "varve.clinical.processing-timeout=2s", "varve.clinical.timeout-check-interval=100ms"
    };

    @TempDir
    static Path folder;

    @Test
    void what_is_processed_for_too_long_is_failed_once_by_one_of_two_nodes_and_after_a_restart() {
        TestDatabase database = TestDatabase.migrated();
        String stuck;
        String done;
        try (ClinicalServer calm = ClinicalServer.start(database, folder)) {
            stuck = calm.createAnd("patient-stuck", "start-upload", "queue", "start-processing");
            done = calm.createAnd("patient-done", "start-upload", "queue", "start-processing", "complete");
        }
        try (ClinicalServer one = ClinicalServer.start(database, folder, QUICK);
                ClinicalServer two = ClinicalServer.start(database, folder, QUICK)) {
            String path = RECORDINGS + "/" + stuck + "/history";
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> changes(one, path).contains("recording-failed"));
            // Both go on looking: a recording that is made now and waits for its time is failed after them.
            String later = two.createAnd("patient-later", "start-upload", "queue", "start-processing");
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            changes(two, RECORDINGS + "/" + later + "/history").contains("recording-failed"));

            JsonNode history = body(one.get(path), 200);
            assertThat(changes(one, path)).containsOnlyOnce("recording-failed");
            JsonNode failed = history.get(history.size() - 1);
            assertThat(failed.path("actor").asString()).isEqualTo("system");
            assertThat(failed.path("occasion").asString()).isEqualTo("timeout");
            assertThat(failed.path("values").path("retryable").asBoolean()).isTrue();
            assertThat(changes(one, RECORDINGS + "/" + done + "/history")).doesNotContain("recording-failed");
            body(one.post(RECORDINGS + "/" + stuck + "/retry", ""), 200);
            assertThat(one.recording(stuck).path("status").asString()).isEqualTo("queued");
        }
    }

    @Test
    void a_recording_whose_beginning_cannot_be_read_keeps_no_other_from_its_time_out() throws SQLException {
        TestDatabase database = TestDatabase.migrated();
        String stuck;
        try (ClinicalServer calm = ClinicalServer.start(database, folder)) {
            String broken = calm.createAnd("patient-broken", "start-upload", "queue", "start-processing");
            stuck = calm.createAnd("patient-behind", "start-upload", "queue", "start-processing");
            spoil("clinical.recording/" + broken, database);
        }
        try (ClinicalServer one = ClinicalServer.start(database, folder, QUICK)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            changes(one, RECORDINGS + "/" + stuck + "/history").contains("recording-failed"));
        }
    }

    private static void spoil(String stream, TestDatabase database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE event_store.event SET payload = '{' WHERE stream_id = ? AND version = 0")) {
            statement.setString(1, stream);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private static List<String> changes(ClinicalServer server, String path) {
        List<String> changes = new ArrayList<>();
        body(server.get(path), 200)
                .forEach(entry -> changes.add(entry.path("change").asString()));
        return changes;
    }
}
