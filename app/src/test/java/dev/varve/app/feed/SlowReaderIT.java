package dev.varve.app.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import probe.ProbeServer;

class SlowReaderIT {

    private static final int MESSAGES = 20_000;
    private static final long MEGABYTE = 1 << 20;

    /** Two kilobytes each, which is more together than sockets hold. */
    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT n, gen_random_uuid(), 'weather.place', 'Genf', 'dev.varve.weather.rained.v1',
                   json_build_object('n', n, 'filling', repeat('x', 2000)), now() AT TIME ZONE 'UTC', n, '{}'
            FROM generate_series(1, ?) AS n
            """;

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void whoever_does_not_read_delays_nobody_fills_no_memory_and_misses_nothing() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        new JdbcTemplate(database.dataSource()).update(WRITE, MESSAGES);
        try (ProbeServer server = ProbeServer.start(database);
                Socket slow = stream(server)) {
            long before = usedMemory();
            try (Socket other = stream(server)) {
                readAll(other);
            }
            assertThat(usedMemory() - before)
                    .as("of the 40 MB that the slow one has not read")
                    .isLessThan(25 * MEGABYTE);

            readAll(slow);
        }
    }

    /** As HTTP 1.0 asks for it: the events alone, not in chunks. */
    private static Socket stream(ProbeServer server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        socket.getOutputStream()
                .write("GET /feed/all?since=beginning HTTP/1.0\r\nAccept: text/event-stream\r\n\r\n"
                        .getBytes(US_ASCII));
        return socket;
    }

    private static void readAll(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, US_ASCII));
        assertThat(lines.readLine()).contains("200");
        long last = 0;
        long named = 0;
        while (last < MESSAGES) {
            String line = lines.readLine();
            if (line.startsWith("id: ")) {
                named = Long.parseLong(line.substring(4));
            } else if (line.startsWith("data: ")) {
                assertThat(named).isEqualTo(last + 1);
                last = named;
            }
        }
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
