package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postgresql.util.PSQLState;

/**
 * Asks PostgreSQL for a base backup, as {@code pg_basebackup --target=server:FOLDER --wal-method=fetch} does.
 *
 * <p>That program is not among those we bring, and needs not be: it sends {@code BASE_BACKUP} on a replication
 * connection, and the server does the work. It writes {@code base.tar}, with the log it takes to become consistent, and
 * {@code backup_manifest}, and flushes both to disk. The server must run on this machine and may write where it is told.
 *
 * <p>A temporary replication slot keeps the server from removing write-ahead log meanwhile; it goes with the connection.
 */
final class BaseBackup {

    private static final long MILLIS_BETWEEN_LOOKS = 200;

    private final EmbeddedPostgres postgres;

    BaseBackup(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /** Lets the server write a backup into a folder that is empty or not there. */
    void into(Path folder, CopyProgress progress) {
        String slot = "varve_backup_" + UUID.randomUUID().toString().replace('-', '_');
        String keepLog = "CREATE_REPLICATION_SLOT %s TEMPORARY PHYSICAL (RESERVE_WAL)".formatted(slot);
        String take = """
                BASE_BACKUP (LABEL '%s', PROGRESS true, CHECKPOINT 'fast', WAL true, MANIFEST 'yes',
                    MANIFEST_CHECKSUMS 'SHA256', TARGET 'server', TARGET_DETAIL '%s')""".formatted(slot, folder.toString().replace("'", "''"));
        try (Connection replication = replicationConnection();
                Connection watching = postgres.dataSource().getConnection();
                ExecutorService backup = Executors.newSingleThreadExecutor()) {
            Future<Void> written = backup.submit(() -> {
                run(replication, keepLog, take);
                return null;
            });
            await(written, watching, slot, progress);
        } catch (SQLException e) {
            throw failure(folder, e);
        } catch (ExecutionException e) {
            throw failure(folder, Objects.requireNonNullElse(e.getCause(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("the backup was interrupted", e);
        }
    }

    private static OperatorError failure(Path folder, Throwable cause) {
        return new OperatorError(
                "PostgreSQL could not write a backup into %s: %s".formatted(folder, cause.getMessage()), cause);
    }

    private static void run(Connection replication, String keepLog, String take) throws SQLException {
        try (Statement statement = replication.createStatement()) {
            statement.execute(keepLog);
            try {
                statement.execute(take);
            } catch (SQLException e) {
                if (!isOnlyTheDriver(e)) {
                    throw e;
                }
            }
        }
    }

    /**
     * The server reports its progress as a COPY, which the driver does not take in answer to a statement: it reads on to
     * the end and says so then. Whatever the server itself complained of is chained to that.
     */
    private static boolean isOnlyTheDriver(SQLException e) {
        return PSQLState.NOT_IMPLEMENTED.getState().equals(e.getSQLState()) && e.getNextException() == null;
    }

    private static final String PROGRESS = """
            SELECT coalesce(p.backup_streamed, 0), coalesce(p.backup_total, 0)
            FROM pg_stat_progress_basebackup p
            WHERE p.pid = (SELECT s.active_pid FROM pg_replication_slots s WHERE s.slot_name = ?)""";

    private static void await(Future<Void> written, Connection watching, String slot, CopyProgress progress)
            throws SQLException, ExecutionException, InterruptedException {
        try (PreparedStatement look = watching.prepareStatement(PROGRESS)) {
            look.setString(1, slot);
            while (true) {
                try {
                    written.get(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException e) {
                    try (ResultSet row = look.executeQuery()) {
                        if (row.next()) {
                            progress.reached(row.getLong(1), Math.max(row.getLong(1), row.getLong(2)));
                        }
                    }
                }
            }
        }
    }

    /** The driver must not set anything up: a replication connection understands few words. */
    private Connection replicationConnection() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", postgres.user());
        properties.setProperty("password", postgres.password());
        properties.setProperty("replication", "true");
        properties.setProperty("assumeMinServerVersion", PostgresBinaries.MAJOR_VERSION);
        properties.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(postgres.jdbcUrl(), properties);
    }
}
