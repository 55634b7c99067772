package dev.varve.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import probe.ProbeServer;
import tools.jackson.databind.json.JsonMapper;

/** Access tokens of an issuer with one key, as it would make them, and as others would like to. */
class AccessTokensIT {

    private static final KeyPair KEY = keyPair();

    private static HttpServer issuer;
    private static ProbeServer server;

    @BeforeAll
    static void start() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        RSAPublicKey key = (RSAPublicKey) KEY.getPublic();
        publish("/.well-known/openid-configuration", Map.of("issuer", address(), "jwks_uri", address() + "/keys"));
        publish(
                "/keys",
                Map.of(
                        "keys",
                        List.of(Map.of(
                                "kty",
                                "RSA",
                                "kid",
                                "one",
                                "n",
                                encoded(key.getModulus().toByteArray()),
                                "e",
                                encoded(key.getPublicExponent().toByteArray())))));
        issuer.start();
        server = ProbeServer.start(
                TestDatabase.migrated(),
                "varve.security.oauth2.issuer=" + address(),
                "varve.security.oauth2.audience=varve");
    }

    @AfterAll
    static void stop() {
        server.close();
        issuer.stop(0);
    }

    private static String address() {
        return "http://127.0.0.1:" + issuer.getAddress().getPort();
    }

    private static void publish(String path, Map<String, ?> document) {
        byte[] body = JsonMapper.shared().writeValueAsBytes(document);
        issuer.createContext(path, exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
    }

    @Test
    void a_token_opens_what_its_roles_allow() {
        Map<String, Object> claims = new TreeMap<>(good());
        claims.put("roles", List.of("query", "somebody-elses"));

        assertThat(get("/api/probe/things/1", token(KEY, claims)).statusCode()).isEqualTo(200);
        assertThat(get("/admin/subscriptions", token(KEY, claims)).statusCode()).isEqualTo(403);
        claims.put("roles", "query admin");
        assertThat(get("/admin/subscriptions", token(KEY, claims)).statusCode()).isEqualTo(200);
    }

    static List<String> strangers() {
        return List.of(
                token(KEY, with("aud", List.of("another"))),
                token(KEY, with("aud", null)),
                token(KEY, with("iss", "https://issuer.example")),
                token(KEY, with("exp", Instant.now().minusSeconds(300).getEpochSecond())),
                token(KEY, with("nbf", Instant.now().plusSeconds(300).getEpochSecond())),
                token(KEY, with("exp", null)),
                token(KEY, with("sub", null)),
                token(KEY, with("sub", " ")),
                token(keyPair(), good()));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void a_token_that_is_not_for_us_or_names_nobody_is_refused(String token) {
        HttpResponse<String> answer = get("/api/probe/things/1", token);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(answer.body()).contains("/problems/varve/unauthenticated");
    }

    @Test
    void an_issuer_that_says_nothing_does_not_gather_requests() throws Exception {
        // Connections are made, and nobody ever takes them up.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ProbeServer waiting = ProbeServer.start(
                        TestDatabase.migrated(),
                        "varve.security.oauth2.issuer=http://127.0.0.1:" + silent.getLocalPort());
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            String bearer = "Bearer " + token(KEY, good());
            List<Future<HttpResponse<String>>> answers = Stream.generate(
                            () -> callers.submit(() -> waiting.get("/api/probe/things/1", "Authorization", bearer)))
                    .limit(6)
                    .toList();

            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get(40, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
            }
        }
    }

    private static HttpResponse<String> get(String path, String token) {
        return server.get(path, "Authorization", "Bearer " + token);
    }

    private static Map<String, Object> good() {
        return Map.of(
                "iss",
                address(),
                "sub",
                "ann",
                "aud",
                List.of("varve"),
                "exp",
                Instant.now().plusSeconds(300).getEpochSecond(),
                "roles",
                List.of("query"));
    }

    private static Map<String, Object> with(String claim, @Nullable Object value) {
        Map<String, Object> claims = new TreeMap<>(good());
        if (value == null) {
            claims.remove(claim);
        } else {
            claims.put(claim, value);
        }
        return claims;
    }

    private static String token(KeyPair key, Map<String, ?> claims) {
        String signed = encoded(json(Map.of("alg", "RS256", "kid", "one"))) + '.' + encoded(json(claims));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + '.' + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] json(Map<String, ?> value) {
        return JsonMapper.shared().writeValueAsBytes(value);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
