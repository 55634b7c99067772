package dev.varve.testkit.faults;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One client's connection through a {@link PostgresProxy}, message by message.
 *
 * <p>The formats are those of "Frontend/Backend Protocol" in PostgreSQL's manual: before the start-up message a length and
 * a code; afterwards a letter, a length that counts itself, and a body.
 */
final class ProxiedConnection {

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int BUFFER = 1 << 16;

    private final PostgresProxy proxy;
    private final Socket client;
    private final Socket server;
    private final Map<String, String> statements = new ConcurrentHashMap<>();
    private String bound = "";
    private volatile boolean losing;

    ProxiedConnection(PostgresProxy proxy, Socket client, Socket server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
    }

    void start() {
        Thread.ofVirtual().name("postgres-proxy-client").start(() -> carry(this::carryRequests));
        Thread.ofVirtual().name("postgres-proxy-server").start(() -> carry(this::carryAnswers));
    }

    /** Ends it for both sides, without a word. */
    void cut() {
        proxy.ended(this);
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("a socket did not close", e);
            }
        }
    }

    @FunctionalInterface
    private interface Direction {
        void carry() throws IOException, InterruptedException;
    }

    private void carry(Direction direction) {
        try {
            direction.carry();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // One side went away, which is what it is here for; the other is told below.
            return;
        } finally {
            cut();
        }
    }

    private void carryRequests() throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), BUFFER));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(server.getOutputStream(), BUFFER));
        if (!carryStartUp(in, out)) {
            return;
        }
        while (true) {
            byte letter = in.readByte();
            byte[] body = body(in);
            note(letter, body);
            forward(in, out, letter, body);
        }
    }

    /** Answers requests for encryption with no; false if no session follows. */
    private boolean carryStartUp(DataInputStream in, DataOutputStream out) throws IOException, InterruptedException {
        while (true) {
            byte[] body = body(in);
            int code = new DataInputStream(new java.io.ByteArrayInputStream(body)).readInt();
            if (code == SSL_REQUEST || code == GSS_REQUEST) {
                client.getOutputStream().write('N');
                continue;
            }
            proxy.awaitThaw();
            out.writeInt(body.length + Integer.BYTES);
            out.write(body);
            out.flush();
            return code >> 16 == 3;
        }
    }

    private void note(byte letter, byte[] body) {
        switch (letter) {
            case 'P' -> {
                int end = end(body, 0);
                statements.put(text(body, 0, end), text(body, end + 1, end(body, end + 1)));
            }
            case 'B' -> {
                int portal = end(body, 0);
                bound = text(body, portal + 1, end(body, portal + 1));
            }
            case 'E' -> execute(statements.getOrDefault(bound, ""));
            case 'Q' -> execute(text(body, 0, end(body, 0)));
            default -> {
                // Says nothing about which statement runs.
            }
        }
    }

    private void execute(String statement) {
        losing = losing || proxy.losesAnswerTo(statement);
    }

    private void carryAnswers() throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream(), BUFFER));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream(), BUFFER));
        while (true) {
            byte letter = in.readByte();
            byte[] body = body(in);
            if (!losing) {
                forward(in, out, letter, body);
            } else if (letter == 'Z') {
                // Ready for the next query: the server is through with this one.
                proxy.answerLost();
                return;
            }
        }
    }

    private void forward(DataInputStream in, DataOutputStream out, byte letter, byte[] body)
            throws IOException, InterruptedException {
        proxy.awaitThaw();
        out.writeByte(letter);
        out.writeInt(body.length + Integer.BYTES);
        out.write(body);
        if (in.available() == 0) {
            out.flush();
        }
    }

    private static byte[] body(DataInputStream in) throws IOException {
        int length = in.readInt() - Integer.BYTES;
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("a message was cut short");
        }
        return body;
    }

    private static int end(byte[] body, int from) {
        int end = from;
        while (body[end] != 0) {
            end++;
        }
        return end;
    }

    private static String text(byte[] body, int from, int to) {
        return new String(body, from, to - from, StandardCharsets.UTF_8);
    }
}
