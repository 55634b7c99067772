package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.app.security.ApiKeySecret;
import dev.varve.app.security.ApiKeys;
import dev.varve.app.security.Role;
import dev.varve.testkit.TestDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Where credentials are demanded: who is asked for them, and whose recordings it makes them. */
class SignedInIT {

    private static final String CONSULTATION = "{\"patient_id\":\"patient-ward\",\"duration_seconds\":5}";

    @TempDir
    private Path folder;

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void health_and_pages_are_anybodys_and_recordings_their_clinicians() {
        String ward = key("ward-3");
        String other = key("ward-4");
        try (ClinicalServer server = ClinicalServer.start(database, folder)) {
            for (String open : List.of("/health", "/", "/record/patient-ward", "/queue", "/clinical/pages.js")) {
                assertThat(server.get(open).statusCode()).as(open).isEqualTo(200);
            }
            assertThat(server.post("/health", "").statusCode()).isEqualTo(401);
            assertThat(server.get(RECORDINGS).statusCode()).isEqualTo(401);
            assertThat(server.post(RECORDINGS, CONSULTATION).statusCode()).isEqualTo(401);

            JsonNode created = body(server.post(RECORDINGS, CONSULTATION, "X-API-Key", ward), 201);

            assertThat(created.path("clinician_id").asString()).isEqualTo("ward-3");
            String path = RECORDINGS + "/" + created.path("id").asString();
            body(server.post(path + "/start-upload", "", "X-API-Key", other), 200);
            JsonNode history = body(server.send("GET", path + "/history", "", "X-API-Key", ward), 200);
            assertThat(history.get(0).path("actor").asString()).isEqualTo("key:ward-3");
            assertThat(history.get(1).path("actor").asString()).isEqualTo("key:ward-4");
            assertThat(mine(server, ward)).hasSize(1);
            assertThat(mine(server, other)).isEmpty();
        }
    }

    private static JsonNode mine(ClinicalServer server, String key) {
        return body(server.send("GET", RECORDINGS, "", "X-API-Key", key, "Varve-Min-Position", server.position()), 200);
    }

    private String key(String name) {
        ApiKeySecret secret = ApiKeySecret.create(new SecureRandom());
        new ApiKeys(database.dataSource()).add(name, List.of(Role.QUERY, Role.COMMAND), secret, Instant.now());
        return secret.value();
    }
}
