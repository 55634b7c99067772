package dev.varve.app.backup;

import dev.varve.app.backup.BackupManifest.LogContent;
import dev.varve.app.backup.BackupProgress.Step;
import dev.varve.app.operator.OperatorError;
import dev.varve.eventstore.verification.Finding;
import dev.varve.eventstore.verification.LogVerification;
import dev.varve.eventstore.verification.VerifiedLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What a database says of its log, and whether the log is whole: {@code ./varve log verify}. */
final class LogCheck {

    private static final int CONNECTIONS = 2;

    private final DataSource dataSource;

    LogCheck(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    private static final String EXISTS = "SELECT to_regclass('event_store.event') IS NOT NULL";

    /** Whether there is a log at all. */
    boolean exists() throws SQLException {
        return Boolean.TRUE.equals(first(EXISTS, rows -> rows.getBoolean(1)));
    }

    private static final String HEAD =
            "SELECT coalesce((SELECT position FROM event_store.event ORDER BY position DESC LIMIT 1), 0)";

    long head() throws SQLException {
        return first(HEAD, rows -> rows.getLong(1));
    }

    private static final String IDENTITY = "SELECT id::text FROM event_store.identity";

    String identity() throws SQLException {
        return first(IDENTITY, rows -> rows.getString(1));
    }

    /** Proves the log, or says what is wrong with the first that is. */
    LogContent verified(BackupProgress progress) throws SQLException {
        long head = head();
        VerifiedLog log = new LogVerification(dataSource, CONNECTIONS)
                .verify(1, Long.MAX_VALUE, position -> progress.reached(Step.VERIFY, position, head));
        if (!log.isWhole()) {
            Finding finding = log.findings().getFirst();
            throw new OperatorError("the log in the copy is not whole: %d findings, the first at position %d (%s)."
                            .formatted(log.found(), finding.position(), finding.what())
                    + " './varve log verify' tells whether the database itself is so");
        }
        return new LogContent(log.to(), log.from(), log.events(), log.digest(), log.messages());
    }

    @FunctionalInterface
    private interface Value<T> {
        T of(ResultSet rows) throws SQLException;
    }

    private <T extends @Nullable Object> T first(String query, Value<T> value) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("no row for " + query);
            }
            return value.of(rows);
        }
    }
}
