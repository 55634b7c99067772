package dev.varve.eventstore.verification;

import dev.varve.eventstore.verification.Finding.Rule;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Compares events with the digests that were kept over them when they were new.
 *
 * <p>Takes the events in order. A seal that reaches over an end of what is verified is passed over. After one that does not
 * fit the next begins at its kept digest, so that one changed event is one finding.
 */
final class SealCheck {

    private static final int PAGE = 1_000;

    @SuppressWarnings("ArrayRecordComponent") // nobody compares two
    private record Seal(long first, long last, int events, byte[] digest) {}

    private final Connection connection;
    private final Findings findings;
    private final MessageDigest digest = Digests.sha256();
    private final Deque<Seal> seals = new ArrayDeque<>();
    private byte[] before = new byte[Digests.LENGTH];
    private long asked;
    private @Nullable Seal current;
    private int events;
    private long checkedTo;

    /** @param from first position that will be taken */
    SealCheck(Connection connection, long from, Findings findings) throws SQLException {
        this.connection = connection;
        this.findings = findings;
        begin(from);
    }

    private static final String BEFORE = """
            SELECT last_position, digest FROM event_store.seal WHERE last_position < ? ORDER BY last_position DESC LIMIT 1
            """;

    private static final String NEXT = """
            SELECT first_position, last_position, events, digest FROM event_store.seal
            WHERE last_position > ? ORDER BY last_position LIMIT ?
            """;

    /** Finds the last seal that ends before the first position, and skips the one that it cuts. */
    private void begin(long from) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEFORE)) {
            statement.setLong(1, from);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    asked = row.getLong(1);
                    before = row.getBytes(2);
                }
            }
        }
        advance();
        if (current != null && current.first() < from) {
            before = current.digest();
            advance();
        }
    }

    private void advance() throws SQLException {
        if (seals.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(NEXT)) {
                statement.setLong(1, asked);
                statement.setInt(2, PAGE);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        seals.add(new Seal(rows.getLong(1), rows.getLong(2), rows.getInt(3), rows.getBytes(4)));
                        asked = rows.getLong(2);
                    }
                }
            }
        }
        @Nullable Seal previous = current;
        current = seals.pollFirst();
        if (previous != null && current != null && current.first() != previous.last() + 1) {
            findings.add(
                    previous.last() + 1,
                    Rule.SEALS,
                    "no digest was kept over positions %d to %d".formatted(previous.last() + 1, current.first() - 1));
        }
        events = 0;
        digest.reset();
        digest.update(before);
    }

    /** Takes the next events of the log. */
    void take(Chunk chunk) throws SQLException {
        int event = 0;
        while (current != null) {
            Seal seal = current;
            int start = event;
            while (start < chunk.events() && chunk.position(start) < seal.first()) {
                start++;
            }
            event = start;
            while (event < chunk.events() && chunk.position(event) <= seal.last()) {
                event++;
            }
            digest.update(chunk.digests(), start * Digests.LENGTH, (event - start) * Digests.LENGTH);
            events += event - start;
            if (chunk.to() < seal.last()) {
                return;
            }
            compare(seal);
            before = seal.digest();
            checkedTo = seal.last();
            advance();
        }
    }

    private void compare(Seal seal) {
        boolean same = Arrays.equals(digest.digest(), seal.digest());
        if (!same) {
            findings.add(
                    seal.first(),
                    Rule.SEALS,
                    events == seal.events()
                            ? "an event from %d to %d is not what it was, or the digest is not the one that was kept"
                                    .formatted(seal.first(), seal.last())
                            : "%d events from %d to %d, there were %d"
                                    .formatted(events, seal.first(), seal.last(), seal.events()));
        }
    }

    /** Last position that was compared; 0 for none. */
    long checkedTo() {
        return checkedTo;
    }
}
