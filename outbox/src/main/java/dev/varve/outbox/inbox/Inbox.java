package dev.varve.outbox.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Lets a consumer with a PostgreSQL of its own apply each message once, with one row per shard instead of one per
 * message: the highest position that was applied, raised in the same transaction as the effect.
 *
 * <p>A shard is what comes in order of position, because whatever comes after a higher position is taken for a
 * repetition. A key always does, also when it was parked. More than one key together do only where nothing may overtake:
 * all of a feed that is read page by page, or a partition of a Kafka topic whose subscription is {@code transactional} and
 * {@code block}s on a refusal. Elsewhere a message that was parked or had to be tried again comes after later ones of
 * other keys, and a shard that holds them all would leave it out.
 *
 * <p>A replay changes nothing that was applied. A consumer that wants it applied anew lowers the position first.
 */
public final class Inbox {

    /** What a consumer's database needs; to be run by its own migrations. */
    public static final String TABLE = """
            CREATE TABLE inbox_position (
                subscription text   NOT NULL,
                shard        text   NOT NULL,
                position     bigint NOT NULL,
                CONSTRAINT inbox_position_pk PRIMARY KEY (subscription, shard)
            ) WITH (fillfactor = 50)
            """;

    private static final String RAISE = """
            INSERT INTO inbox_position AS known (subscription, shard, position) VALUES (?, ?, ?)
            ON CONFLICT (subscription, shard) DO UPDATE SET position = excluded.position
            WHERE known.position < excluded.position
            """;

    private final String subscription;

    public Inbox(String subscription) {
        this.subscription = subscription;
    }

    /** The consumer's work for one message, on the connection it was given. */
    @FunctionalInterface
    public interface Effect {
        void apply(Connection connection) throws SQLException;
    }

    /**
     * Applies the effect unless it was applied before; true when it was applied now.
     *
     * <p>The connection is in a transaction of the caller's, which it commits or rolls back; a second delivery at the
     * same time waits for that and then sees what came of it.
     */
    public boolean once(Connection connection, String shard, long position, Effect effect) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException(
                    "the position and the effect must be in one transaction; switch autocommit off");
        }
        try (PreparedStatement statement = connection.prepareStatement(RAISE)) {
            statement.setString(1, subscription);
            statement.setString(2, shard);
            statement.setLong(3, position);
            if (statement.executeUpdate() == 0) {
                return false;
            }
        }
        effect.apply(connection);
        return true;
    }
}
