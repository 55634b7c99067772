package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * A statement of this node that has no answer yet.
 *
 * @param pid the session's process, as PostgreSQL numbers it; a proxy may have made the number up
 * @param waited how long ago it was sent, or soon after
 */
public record Unanswered(int pid, Duration waited) {

    /** Empty where the connection has just been given back, or is none of PostgreSQL's driver. */
    static Optional<Unanswered> on(Connection connection, long since) {
        try {
            int pid = connection.unwrap(PGConnection.class).getBackendPID();
            return Optional.of(new Unanswered(pid, Duration.ofNanos(System.nanoTime() - since)));
        } catch (SQLException e) {
            return Optional.empty();
        }
    }
}
