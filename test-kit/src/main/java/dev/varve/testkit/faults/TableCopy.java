package dev.varve.testkit.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Dumps the rows of whole schemas and restores them elsewhere by COPY, which is what {@code pg_dump} and
 * {@code pg_restore} do; these are not among the embedded binaries.
 */
public final class TableCopy {

    private final Path folder;
    private final List<String> tables;

    private TableCopy(Path folder, List<String> tables) {
        this.folder = folder;
        this.tables = List.copyOf(tables);
    }

    private static final String TABLES = """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY (?)
            ORDER BY 1
            """;

    /** Dumps every table of these schemas in one snapshot. */
    public static TableCopy dump(DataSource from, Path folder, List<String> schemas) throws SQLException, IOException {
        try (Connection connection = from.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            List<String> tables = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
                statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        tables.add(rows.getString(1));
                    }
                }
            }
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : tables) {
                try (OutputStream out = Files.newOutputStream(folder.resolve(table))) {
                    copy.copyOut("COPY (SELECT * FROM " + table + ") TO STDOUT (FORMAT binary)", out);
                }
            }
            connection.rollback();
            return new TableCopy(folder, tables);
        }
    }

    /** Replaces what the same tables of another database hold. */
    public void restore(DataSource to) throws SQLException, IOException {
        try (Connection connection = to.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL session_replication_role = replica");
            statement.execute("TRUNCATE " + String.join(", ", tables));
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : tables) {
                try (InputStream in = Files.newInputStream(folder.resolve(table))) {
                    copy.copyIn("COPY " + table + " FROM STDIN (FORMAT binary)", in);
                }
            }
            connection.commit();
        }
    }
}
