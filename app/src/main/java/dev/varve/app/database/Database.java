package dev.varve.app.database;

import dev.varve.app.operator.OperatorError;
import dev.varve.app.postgres.CopyProgress;
import dev.varve.app.postgres.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The database that a command works on, and what has to be closed before it is left.
 *
 * <p>It is left when it is closed or when the process is told to end (Ctrl-C, SIGTERM), whichever comes first; an
 * embedded PostgreSQL stops with the last process that leaves it.
 */
public final class Database implements AutoCloseable {

    private static final int CONNECT_SECONDS = 10;

    private final String jdbcUrl;
    private final @Nullable String user;
    private final @Nullable String password;
    private final @Nullable EmbeddedPostgres embedded;
    private final Deque<AutoCloseable> closedFirst = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::leave, "leave-database");
    private boolean left;

    private Database(
            String jdbcUrl, @Nullable String user, @Nullable String password, @Nullable EmbeddedPostgres embedded) {
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
        this.embedded = embedded;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** The database in a data directory; starts PostgreSQL if nobody has yet. */
    public static Database embedded(Path folder) {
        return embedded(EmbeddedPostgres.open(folder));
    }

    /** The same where the data directory is thrown away when this is closed. */
    public static Database embeddedToThrowAway(Path folder) {
        return embedded(EmbeddedPostgres.openToThrowAway(folder));
    }

    private static Database embedded(EmbeddedPostgres postgres) {
        return new Database(postgres.jdbcUrl(), postgres.user(), postgres.password(), postgres);
    }

    /** A PostgreSQL that others run; asked once whether it answers. */
    public static Database external(String jdbcUrl, @Nullable String user, @Nullable String password) {
        Database database = new Database(jdbcUrl, user, password, null);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.isValid(CONNECT_SECONDS);
        } catch (SQLException e) {
            database.close();
            throw new OperatorError(
                    "cannot connect to %s as %s: %s"
                            .formatted(jdbcUrl, user == null ? "nobody in particular" : user, e.getMessage()),
                    e);
        }
        return database;
    }

    public String jdbcUrl() {
        return jdbcUrl;
    }

    public @Nullable String user() {
        return user;
    }

    public @Nullable String password() {
        return password;
    }

    public boolean isEmbedded() {
        return embedded != null;
    }

    /** The data directory; null if others run the database. */
    public @Nullable Path folder() {
        return embedded == null ? null : embedded.folder();
    }

    /** Whether PostgreSQL was there before this process came; always so for one that others run. */
    public boolean wasRunning() {
        return embedded == null || embedded.attached();
    }

    /** Lets an embedded PostgreSQL write a base backup into a new folder. */
    public void backUpEmbedded(Path newFolder, CopyProgress progress) {
        if (embedded == null) {
            throw new IllegalStateException("others run " + jdbcUrl + ": it would write to its own machine");
        }
        embedded.backUp(newFolder, progress);
    }

    /** For a process that lives on it for long: an embedded PostgreSQL that ends meanwhile is started again. */
    public void keepRunning() {
        if (embedded != null) {
            closeFirst(embedded.keepRunning());
        }
    }

    /** Connections without a pool. */
    public DataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl);
        dataSource.setConnectTimeout(CONNECT_SECONDS);
        if (user != null) {
            dataSource.setUser(user);
        }
        if (password != null) {
            dataSource.setPassword(password);
        }
        return dataSource;
    }

    /** Hands over something that uses the database and is to be closed before it is left; the last one goes first. */
    public synchronized void closeFirst(AutoCloseable user) {
        closedFirst.push(user);
    }

    @Override
    public void close() {
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending already; the hook finds nothing left to do.
        }
    }

    private synchronized void leave() {
        if (left) {
            return;
        }
        left = true;
        try {
            closeUsers();
        } finally {
            if (embedded != null) {
                embedded.close();
            }
        }
    }

    private void closeUsers() {
        while (!closedFirst.isEmpty()) {
            try {
                closedFirst.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("something that used the database did not close", e);
            }
        }
    }
}
