package dev.varve.app.imports;

import dev.varve.app.cli.CommandLineInterface;
import dev.varve.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an import that was called on the command line came to.
 *
 * @param printed on standard output: a JSON report, unless nothing was changed
 */
record CalledImport(int exitCode, String printed) {

    /** What a database of one's own needs to be told; settings of the process, so tests that import run alone. */
    private static final List<String> PERSONAL =
            List.of("varve.personal-data.key-folder", "varve.personal-files.folder");

    /** @param folder for the keys and files of persons */
    static CalledImport into(TestDatabase database, Path folder, List<String> what) {
        List<String> arguments = new ArrayList<>(List.of("import"));
        arguments.addAll(what);
        arguments.addAll(List.of("--json", "--quiet", "--database-url", withCredentials(database)));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        usePersonalFolder(folder);
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            int exitCode = CommandLineInterface.run(arguments.toArray(String[]::new));
            return new CalledImport(exitCode, printed.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            PERSONAL.forEach(System::clearProperty);
        }
    }

    static void usePersonalFolder(Path folder) {
        PERSONAL.forEach(
                setting -> System.setProperty(setting, folder.resolve(setting).toString()));
    }

    static String withCredentials(TestDatabase database) {
        String url = database.jdbcUrl();
        return "%s%suser=%s&password=%s"
                .formatted(url, url.contains("?") ? "&" : "?", database.user(), database.password());
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(printed);
    }

    String counts() {
        JsonNode json = json();
        return "read %s, recorded %s, unchanged %s, rejected %s"
                .formatted(json.get("read"), json.get("recorded"), json.get("unchanged"), json.get("rejected"));
    }

    List<String> rejections() {
        List<String> rejections = new ArrayList<>();
        json().get("rejections")
                .forEach(rejection -> rejections.add(rejection.get("file").asString() + ": "
                        + rejection.get("reason").asString()));
        return rejections;
    }

    /** The rows of a query, their columns apart by a space. */
    static List<String> rows(TestDatabase database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(found.getObject(i)));
                }
                rows.add(String.join(" ", row));
            }
        }
        return rows;
    }
}
