package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs a caller's statements on the connection of the transaction that is open on its thread, if there is one, so that they
 * see its own joined appends and need no second connection; else on one for this piece of work.
 */
final class CallerConnections {

    private final DataSource dataSource;
    private final int timeoutMillis;
    private final Set<Asking> asking = ConcurrentHashMap.newKeySet();

    /** Work that is being done on a connection; compared by identity. */
    private static final class Asking {
        private final Connection connection;
        private final long since = System.nanoTime();

        Asking(Connection connection) {
            this.connection = connection;
        }
    }

    /** @param timeout how long an answer is waited for */
    CallerConnections(DataSource dataSource, Duration timeout) {
        this.dataSource = dataSource;
        this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    }

    /** The statements that PostgreSQL has and has not answered. */
    Stream<Unanswered> unanswered() {
        return asking.stream().flatMap(each -> Unanswered.on(each.connection, each.since).stream());
    }

    /** Whether the thread keeps a connection; its transaction may be one on another database, though. */
    boolean isBound() {
        return TransactionSynchronizationManager.hasResource(dataSource);
    }

    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    /** The events of a query with the columns that {@link LogRanges#event} takes. */
    List<RecordedEvent> events(String what, String sql, Binding binding) {
        return run(what, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    List<RecordedEvent> events = new ArrayList<>();
                    while (rows.next()) {
                        events.add(LogRanges.event(rows));
                    }
                    return events;
                }
            }
        });
    }

    /** The only value of a query; null if there is no row, or nothing in it. */
    @Nullable Long number(String what, String sql, Binding binding) {
        return this.<@Nullable Long>run(what, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                try (ResultSet rows = statement.executeQuery()) {
                    return rows.next() ? rows.getObject(1, Long.class) : null;
                }
            }
        });
    }

    /** @throws EventLogException that says what could not be done, and why */
    <T extends @Nullable Object> T run(String what, Work<T> work) {
        try {
            return run(work);
        } catch (SQLException e) {
            throw new EventLogException("could not " + what + ": " + e.getMessage(), e);
        }
    }

    <T extends @Nullable Object> T run(Work<T> work) throws SQLException {
        Connection connection = DataSourceUtils.doGetConnection(dataSource);
        try {
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, timeoutMillis);
            Asking own = new Asking(connection);
            asking.add(own);
            try {
                return work.on(connection);
            } finally {
                asking.remove(own);
                if (!connection.isClosed()) {
                    connection.setNetworkTimeout(Runnable::run, before);
                }
            }
        } finally {
            DataSourceUtils.doReleaseConnection(connection, dataSource);
        }
    }
}
