package dev.varve.app.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.app.operator.OperatorError;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.PostgresProxy;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import probe.ProbeServer;

class SecurityIT {

    private static final String THING = "{\"name\":\"a\",\"count\":1,\"mode\":\"BUS\"}";

    private static String key(ApiKeys keys, String name, Role... roles) {
        ApiKeySecret secret = ApiKeySecret.create(new SecureRandom());
        keys.add(name, List.of(roles), secret, Instant.now());
        return secret.value();
    }

    @Nested
    class On_loopback {

        @Test
        void everything_is_open_until_the_first_key_is_made() {
            TestDatabase database = TestDatabase.migrated();
            try (ProbeServer server = ProbeServer.start(database)) {
                assertThat(server.post("/api/probe/things", THING).statusCode()).isEqualTo(201);
                assertThat(server.get("/api/probe/things/1").statusCode()).isEqualTo(200);
                assertThat(server.send(server.request("/admin/probe").DELETE().build())
                                .statusCode())
                        .isEqualTo(200);
                assertThat(server.get("/api/probe/things/1", "X-API-Key", "vk_wrong")
                                .statusCode())
                        .isEqualTo(401);
            }
            key(new ApiKeys(database.dataSource()), "first", Role.QUERY);
            try (ProbeServer server = ProbeServer.start(database)) {
                HttpResponse<String> refused = server.get("/api/probe/things/1");
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
                assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            }
            try (ProbeServer server = ProbeServer.start(database, "varve.security.authentication=open-on-loopback")) {
                assertThat(server.get("/api/probe/things/1").statusCode()).isEqualTo(200);
            }
        }

        @Test
        void pages_of_other_sites_are_refused_while_it_is_open() {
            try (ProbeServer server = ProbeServer.start(TestDatabase.migrated())) {
                assertThat(server.get("/api/probe/things/1", "Origin", "https://evil.example")
                                .body())
                        .contains("/problems/varve/foreign-origin");
                assertThat(server.get("/api/probe/things/1", "Origin", "http://localhost:3000")
                                .statusCode())
                        .isEqualTo(200);
                assertThat(server.raw(
                                "GET /api/probe/things/1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 403");
            }
        }
    }

    @Nested
    class A_key {

        @Test
        void opens_what_its_roles_allow_and_nothing_after_it_was_revoked() {
            TestDatabase database = TestDatabase.migrated();
            ApiKeys keys = new ApiKeys(database.dataSource());
            String reader = key(keys, "reader", Role.QUERY);
            String writer = key(keys, "writer", Role.COMMAND);
            String operator = key(keys, "operator", Role.ADMIN);
            try (ProbeServer server = ProbeServer.start(database, "varve.security.key-cache-for=0s")) {
                assertThat(server.get("/api/probe/things/1", "X-API-Key", reader)
                                .statusCode())
                        .isEqualTo(200);
                assertThat(server.get("/api/probe/things/1", "Authorization", "Bearer " + reader)
                                .statusCode())
                        .isEqualTo(200);
                HttpResponse<String> forbidden = server.post("/api/probe/things", THING, "X-API-Key", reader);
                assertThat(forbidden.statusCode()).isEqualTo(403);
                assertThat(forbidden.body()).contains("/problems/varve/forbidden");

                assertThat(server.post("/api/probe/things", THING, "X-API-Key", writer)
                                .statusCode())
                        .isEqualTo(201);
                assertThat(server.get("/api/probe/things/1", "X-API-Key", writer)
                                .statusCode())
                        .isEqualTo(403);

                assertThat(server.send(server.request("/admin/probe", "X-API-Key", operator)
                                        .DELETE()
                                        .build())
                                .statusCode())
                        .isEqualTo(200);
                assertThat(server.send(server.request("/admin/probe", "X-API-Key", writer)
                                        .DELETE()
                                        .build())
                                .statusCode())
                        .isEqualTo(403);
                assertThat(server.get("/actuator/prometheus", "X-API-Key", operator)
                                .statusCode())
                        .isEqualTo(200);
                assertThat(server.get("/actuator/prometheus").statusCode()).isEqualTo(401);
                assertThat(server.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
                assertThat(server.get("/actuator/health").body()).doesNotContain("\"details\"");
                assertThat(server.get("/actuator/health", "X-API-Key", operator).body())
                        .contains("\"details\"");
                assertThat(server.get("/v3/api-docs", "X-API-Key", writer).statusCode())
                        .isEqualTo(403);

                assertThat(keys.revoke("reader", Instant.now())).isTrue();
                assertThat(server.get("/api/probe/things/1", "X-API-Key", reader)
                                .statusCode())
                        .isEqualTo(401);
            }
        }

        @Test
        void is_not_stored_in_a_form_that_can_be_used() {
            ApiKeys keys = new ApiKeys(TestDatabase.migrated().dataSource());
            ApiKeySecret secret = ApiKeySecret.create(new SecureRandom());
            keys.add("one", List.of(Role.QUERY, Role.ADMIN), secret, Instant.now());

            assertThat(keys.list()).singleElement().satisfies(key -> {
                assertThat(key.roles()).containsExactly(Role.QUERY, Role.ADMIN);
                assertThat(key.toString()).doesNotContain(secret.value());
            });
            assertThat(secret.toString()).doesNotContain(secret.value());
            assertThatThrownBy(() -> keys.add("one", List.of(Role.QUERY), secret, Instant.now()))
                    .isInstanceOf(ApiKeys.NameInUse.class);
        }

        @Test
        void has_its_use_noted_at_most_once_a_minute() {
            ApiKeys keys = new ApiKeys(TestDatabase.migrated().dataSource());
            ApiKeySecret secret = ApiKeySecret.create(new SecureRandom());
            Instant noon = Instant.parse("2026-05-20T12:00:00Z");
            keys.add("one", List.of(Role.QUERY), secret, noon);

            for (int second : new int[] {0, 1, 59}) {
                known(keys, noon.plusSeconds(second)).find(secret);
            }
            assertThat(keys.list().getFirst().lastUsedAt()).isEqualTo(noon);
            known(keys, noon.plusSeconds(61)).find(secret);
            assertThat(keys.list().getFirst().lastUsedAt()).isEqualTo(noon.plusSeconds(61));
        }

        private static KnownKeys known(ApiKeys keys, Instant now) {
            return new KnownKeys(keys, Clock.fixed(now, ZoneOffset.UTC), Duration.ZERO);
        }
    }

    @Nested
    class Bound_elsewhere {

        @Test
        void it_refuses_to_start_without_keys_and_says_what_to_do() {
            TestDatabase database = TestDatabase.migrated();

            assertThatThrownBy(() -> ProbeServer.start(database, "server.address=0.0.0.0"))
                    .isInstanceOf(OperatorError.class)
                    .hasMessageContaining("server.address is 0.0.0.0")
                    .hasMessageContaining("./varve keys create")
                    .hasMessageContaining("varve.security.oauth2.issuer")
                    .hasMessageContaining("server.address=127.0.0.1");
        }

        @Test
        void a_revoked_key_does_not_count_and_a_key_in_use_does() {
            TestDatabase database = TestDatabase.migrated();
            ApiKeys keys = new ApiKeys(database.dataSource());
            key(keys, "one", Role.QUERY);
            keys.revoke("one", Instant.now());
            assertThatThrownBy(() -> ProbeServer.start(database, "server.address=0.0.0.0"))
                    .isInstanceOf(OperatorError.class);

            key(keys, "two", Role.QUERY);
            try (ProbeServer server = ProbeServer.start(
                    database, "server.address=0.0.0.0", "varve.security.authentication=open-on-loopback")) {
                assertThat(server.get("/api/probe/things/1").statusCode()).isEqualTo(401);
            }
        }

        @Test
        void an_issuer_is_enough_and_is_not_asked_before_the_first_token() {
            try (ProbeServer server = ProbeServer.start(
                    TestDatabase.migrated(),
                    "server.address=0.0.0.0",
                    "varve.security.oauth2.issuer=http://127.0.0.1:1/nobody")) {
                assertThat(server.get("/api/probe/things/1").statusCode()).isEqualTo(401);
                assertThat(server.get("/api/probe/things/1", "Authorization", "Bearer not.a.token")
                                .statusCode())
                        .isIn(401, 503);
            }
        }
    }

    @Test
    void while_the_database_is_away_health_is_answered_to_everybody_and_liveness_without_a_look() {
        TestDatabase database = TestDatabase.migrated();
        String name = Objects.requireNonNull(database.dataSource().getDatabaseName());
        try (PostgresProxy proxy = PostgresProxy.before(database.dataSource());
                ProbeServer server = ProbeServer.start(
                        database,
                        "spring.datasource.hikari.jdbc-url=" + proxy.jdbcUrl(name),
                        "spring.datasource.hikari.connection-timeout=250")) {
            assertThat(server.get("/actuator/health").body()).contains("\"details\"");
            proxy.refuse();

            assertThat(server.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            HttpResponse<String> health = server.get("/actuator/health", "X-API-Key", "vk_" + "a".repeat(43));
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("\"DOWN\"").doesNotContain("\"details\"");
            HttpResponse<String> other = server.get("/api/probe/things/1", "X-API-Key", "vk_" + "a".repeat(43));
            assertThat(other.statusCode()).isEqualTo(503);
            assertThat(other.body()).contains("/problems/varve/database-away");
        }
    }
}
