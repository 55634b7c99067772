package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AuditTrailIT {

    private static final Set<String> CHANGING = Set.of("post", "put", "patch", "delete");
    private static final Set<Integer> NOT_THERE = Set.of(404, 405);

    @TempDir
    private Path folder;

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void no_operation_of_the_api_changes_what_was_recorded() throws Exception {
        try (ClinicalServer server = ClinicalServer.start(database, folder)) {
            String id = server.createAnd("patient-audit", "start-upload", "queue", "start-processing");
            JsonNode history = body(server.get(RECORDINGS + "/" + id + "/history"), 200);
            long head = head();
            String digest = digest(head);

            int called = callEverything(server, id);

            assertThat(called).isGreaterThan(40);
            assertThat(digest(head)).isEqualTo(digest);
            JsonNode after = body(server.get(RECORDINGS + "/" + id + "/history"), 200);
            assertThat(after.size()).isGreaterThanOrEqualTo(history.size());
            for (int i = 0; i < history.size(); i++) {
                assertThat(after.get(i)).isEqualTo(history.get(i));
            }
        }
    }

    @Test
    void the_trail_itself_takes_nothing() {
        try (ClinicalServer server = ClinicalServer.start(database, folder)) {
            String path = RECORDINGS + "/" + server.create("patient-trail");

            for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
                HttpResponse<String> history = server.send(method, path + "/history", "{}");
                assertThat(NOT_THERE).as(method + " history").contains(history.statusCode());
            }
            for (String method : List.of("PUT", "DELETE")) {
                assertThat(server.send(method, path, "{}").statusCode())
                        .as(method)
                        .isEqualTo(405);
            }
        }
    }

    /** Whatever the server says it can do, with bodies that fit some of it. */
    private static int callEverything(ClinicalServer server, String id) {
        int called = 0;
        for (var address : body(server.get("/v3/api-docs"), 200).path("paths").properties()) {
            String path = address.getKey().replace("{id}", id).replaceAll("\\{[^}]+}", "1");
            for (String method : address.getValue().propertyNames()) {
                if (CHANGING.contains(method)) {
                    for (String json : List.of("", "{}", "{\"note\":\"changed\",\"draft_transcript\":\"changed\"}")) {
                        server.send(method.toUpperCase(Locale.ROOT), path, json);
                        called++;
                    }
                }
            }
        }
        return called;
    }

    private long head() throws SQLException {
        return Long.parseLong(one("SELECT max(position) FROM event_store.event"));
    }

    private String digest(long head) throws SQLException {
        return one("SELECT md5(string_agg(record_send(e)::text, '' ORDER BY position)) FROM event_store.event e"
                + " WHERE position <= " + head);
    }

    private String one(String query) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
