package dev.varve.outbox.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.outbox.CheckpointingSink;
import dev.varve.outbox.Delivery;
import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.Messages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Kafka sink says when it and a broker do not trust each other; the broker here goes no further than that. */
class KafkaTlsTest {

    private static final String PASSWORD = "password-of-stores";
    private static final String HERE = "ip:127.0.0.1";

    @TempDir
    private static Path folder;

    private static Path trusted;
    private final List<SSLServerSocket> servers = new ArrayList<>();

    @BeforeAll
    static void make_an_authority() throws Exception {
        trusted = authority("trusted");
    }

    @AfterEach
    void stop() throws IOException {
        for (SSLServerSocket server : servers) {
            server.close();
        }
    }

    @Test
    void names_a_broker_that_is_not_trusted() throws Exception {
        assertUnavailable(
                delivered(serving(certificate(HERE, "-1d")), authority("stranger")),
                "unable to find valid certification path");
    }

    @Test
    void names_a_certificate_that_has_expired() throws Exception {
        assertUnavailable(delivered(serving(certificate(HERE, "-9d")), trusted), "certificate_expired");
    }

    @Test
    void names_a_certificate_of_another_host() throws Exception {
        assertUnavailable(
                delivered(serving(certificate("dns:kafka.example", "-1d")), trusted),
                "No subject alternative names matching IP address 127.0.0.1");
    }

    @Test
    void names_it_before_the_first_message_of_a_transactional_one() throws Exception {
        Map<String, String> settings = settings(serving(certificate(HERE, "-9d")), trusted, PASSWORD);
        settings.put("guarantee", "transactional");

        try (CheckpointingSink sink = (CheckpointingSink) open(settings)) {
            assertThatThrownBy(sink::checkpoint).hasMessageContaining("certificate_expired");
        }
    }

    @Test
    void names_a_file_that_it_cannot_open() {
        assertThatThrownBy(() -> open(settings(9, trusted, "wrong-password")))
                .hasMessageContaining("password was incorrect")
                .hasMessageNotContaining("wrong-password");
        assertThatThrownBy(() -> open(settings(9, folder.resolve("none"), PASSWORD)))
                .hasMessageContaining("NoSuchFileException")
                .hasMessageContaining(folder.resolve("none").toString());
    }

    private static void assertUnavailable(Delivery delivery, String reason) {
        assertThat(delivery)
                .isInstanceOfSatisfying(
                        Delivery.Unavailable.class,
                        answer -> assertThat(answer.reason()).contains(reason).doesNotContain(PASSWORD));
    }

    private static Delivery delivered(int port, Path trust) throws Exception {
        try (Sink sink = open(settings(port, trust, PASSWORD))) {
            return sink.deliver(Messages.of(1, "Zürich HB"))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        }
    }

    private static Sink open(Map<String, String> settings) {
        return new KafkaSinkFactory().open(new SinkSettings("encrypted", settings));
    }

    private static Map<String, String> settings(int port, Path trust, String password) {
        return new HashMap<>(Map.of(
                "bootstrap-servers", "127.0.0.1:" + port,
                "topic", "encrypted",
                "client.security.protocol", "SSL",
                "client.max.block.ms", "30000",
                "client.ssl.truststore.type", "PKCS12",
                "client.ssl.truststore.location", trust.toString(),
                "client.ssl.truststore.password", password));
    }

    /** Answers the handshakes at a port. */
    private int serving(Path keys) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        servers.add(server);
        Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                shakeHands(server);
            }
        });
        return server.getLocalPort();
    }

    private static void shakeHands(SSLServerSocket server) {
        try (Socket client = server.accept()) {
            ((SSLSocket) client).startHandshake();
        } catch (IOException refused) {
            // By the client, which says why; or this is the end.
            return;
        }
    }

    /** A store that trusts a new authority, and has its key. */
    private static Path authority(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        keytool(store, "-genkeypair", "-alias", "authority", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c");
        return store;
    }

    /** A store with a key for which the trusted authority vouches for five days. */
    private static Path certificate(String host, String since) throws Exception {
        Path both =
                Files.copy(trusted, Files.createTempDirectory(folder, "server").resolve("both.p12"));
        keytool(
                both,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=server",
                "-signer",
                "authority",
                "-ext",
                "san=" + host,
                "-startdate",
                since,
                "-validity",
                "5");
        keytool(both, "-delete", "-alias", "authority");
        return both;
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }
}
