package dev.varve.clinical;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for texts in everything that is kept: rows, the database's own files and its write-ahead log, other files. */
final class Leaks {

    /** Every table there is, as the bytes that PostgreSQL would send. */
    private static final String TABLES = """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            """;

    /** What the server has on disk of this database and of its log; a file may go while it is listed. */
    private static final String FILES = """
            SELECT path, pg_read_binary_file(path, 0, 268435456, true)
              FROM (SELECT 'base/' || d.oid || '/' || name FROM pg_database d, pg_ls_dir('base/' || d.oid) name
                     WHERE d.datname = current_database()
                     UNION ALL SELECT 'pg_wal/' || name FROM pg_ls_dir('pg_wal') name WHERE length(name) = 24) AS f (path)
            """;

    private final TestDatabase database;
    private final Path folder;

    Leaks(TestDatabase database, Path folder) {
        this.database = database;
        this.folder = folder;
    }

    /** Where one of the texts stands, in words. */
    List<String> of(List<String> texts) throws SQLException, IOException {
        List<String> found = new ArrayList<>(inRows(texts));
        found.addAll(inDatabaseFiles(texts));
        found.addAll(inFiles(texts));
        return found;
    }

    List<String> inRows(List<String> texts) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names = statement.executeQuery(TABLES)) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            for (String table : tables) {
                // record_send gives the bytes as they are: a text in a bytea, too, and not its hexadecimal digits.
                try (ResultSet rows = statement.executeQuery("SELECT record_send(t) FROM " + table + " t")) {
                    while (rows.next()) {
                        look("table " + table, rows.getBytes(1), texts, found);
                    }
                }
            }
        }
        return found.stream().distinct().toList();
    }

    List<String> inDatabaseFiles(List<String> texts) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
            connection.setAutoCommit(false);
            statement.setFetchSize(1);
            try (ResultSet files = statement.executeQuery(FILES)) {
                while (files.next()) {
                    byte[] bytes = files.getBytes(2);
                    look("database file " + files.getString(1), bytes == null ? new byte[0] : bytes, texts, found);
                }
            }
        }
        return found;
    }

    List<String> inFiles(List<String> texts) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                look("name of " + file, file.toString().getBytes(UTF_8), texts, found);
                look("file " + file, Files.readAllBytes(file), texts, found);
            }
        }
        return found;
    }

    private static void look(String where, byte[] bytes, List<String> texts, List<String> found) {
        String content = new String(bytes, ISO_8859_1);
        texts.stream()
                .filter(content::contains)
                .map(text -> text + " in " + where)
                .forEach(found::add);
    }
}
