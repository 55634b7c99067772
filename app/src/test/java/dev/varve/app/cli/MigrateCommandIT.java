package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.migrations.Migrations;
import dev.varve.testkit.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MigrateCommandIT {

    private final TestDatabase database = TestDatabase.empty();
    private final StringWriter printed = new StringWriter();

    @Test
    void up_status_verify_down_and_up_again() {
        assertThat(migrate("status")).isEqualTo(1);
        assertThat(migrate("up")).isZero();
        assertThat(migrate("status")).isZero();
        assertThat(migrate("verify")).isZero();
        assertThat(migrate("to", "0")).as("the log's identity is a row").isEqualTo(1);
        assertThat(migrate("to", "0", "--lose-rows")).isZero();
        assertThat(migrate("up")).isZero();

        assertThat(migrate("up")).isZero();
        assertThat(printed.toString()).contains("clean", "taken back.", "Nothing to run.");
    }

    @Test
    void down_takes_back_what_was_run_last() {
        migrate("up");
        printed.getBuffer().setLength(0);

        assertThat(migrate("down")).isZero();

        assertThat(printed.toString())
                .contains(new Migrations(database.dataSource()).schemas().getLast(), "1 taken back.");
    }

    @Test
    void verify_fails_and_names_what_was_altered_by_hand() throws Exception {
        migrate("up");
        String schema = new Migrations(database.dataSource()).schemas().getLast();
        execute("CREATE TABLE %s.by_hand (id int)".formatted(schema));

        assertThat(migrate("verify")).isEqualTo(1);

        assertThat(printed.toString()).contains("unexpected  table %s.by_hand".formatted(schema));
    }

    @Test
    void sql_prints_and_runs_nothing() {
        assertThat(migrate("sql")).isZero();

        assertThat(printed.toString()).contains("/V1__", "CREATE TABLE");
        assertThat(migrate("status")).isEqualTo(1);
    }

    @Test
    void sql_prints_what_down_would_take_back() {
        migrate("up");
        printed.getBuffer().setLength(0);

        assertThat(migrate("sql", "--down", "2")).isZero();

        List<String> schemas = new Migrations(database.dataSource()).schemas().reversed();
        assertThat(printed.toString())
                .containsSubsequence("-- " + schemas.get(0) + "/U", "-- " + schemas.get(1) + "/U");
        assertThat(migrate("status")).isZero();
    }

    @Test
    void time_outs_can_be_chosen() {
        assertThat(migrate("up", "--lock-timeout", "1", "--statement-timeout", "60"))
                .isZero();
        assertThat(migrate("up", "--lock-timeout", "0")).isEqualTo(2);
        assertThat(printed.toString()).contains("time-outs are positive");
    }

    @Test
    void reset_without_a_backup_makes_everything_anew() throws Exception {
        migrate("up");
        String schema = new Migrations(database.dataSource()).schemas().getLast();
        execute("CREATE TABLE %s.by_hand (id int)".formatted(schema));

        assertThat(migrate("reset", "--yes", "--no-backup"))
                .as(printed::toString)
                .isZero();

        assertThat(migrate("verify")).isZero();
        assertThat(ask("SELECT action || ' ' || details FROM event_store.operator_action"))
                .isEqualTo("reset {\"backup\": \"none\"}");
    }

    @Test
    void reset_drops_nothing_where_no_backup_can_be_taken(@TempDir Path folder) throws Exception {
        migrate("up");
        String schema = new Migrations(database.dataSource()).schemas().getLast();
        execute("CREATE TABLE %s.by_hand (id int)".formatted(schema));
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(migrate("reset", "--yes", "--backup-dir", file.toString())).isEqualTo(1);

        assertThat(printed.toString()).contains("nothing was dropped, because there is no backup", "--no-backup");
        assertThat(migrate("verify")).as("the table made by hand is there").isEqualTo(1);
    }

    @Test
    void new_writes_the_next_pair(@TempDir Path sources) throws Exception {
        Files.createDirectory(sources.resolve("orders"));
        Files.writeString(sources.resolve("orders/V9__nine.sql"), "-- nine");

        assertThat(migrate("new", "Add a note, at last!", "--schema", "orders", "--sources", sources.toString()))
                .isZero();

        assertThat(sources.resolve("orders/V10__add_a_note_at_last.sql"))
                .content()
                .startsWith("-- Add a note, at last!");
        assertThat(sources.resolve("orders/U10__add_a_note_at_last.sql")).exists();
    }

    @Test
    void wrong_usage_ends_with_2() {
        assertThat(migrate("down", "0")).isEqualTo(2);
        assertThat(migrate("to", "3")).isEqualTo(2);
        assertThat(migrate("down", "--schema", "nowhere")).isEqualTo(2);
        assertThat(printed.toString())
                .contains("N must be at least 1", "--schema", "schema 'nowhere' has no migrations");
    }

    private int migrate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("migrate"));
        all.addAll(List.of(arguments));
        if (!arguments[0].equals("new")) {
            all.add("--database-url");
            all.add("%s?user=%s&password=%s".formatted(database.jdbcUrl(), database.user(), database.password()));
        }
        CommandLine commandLine = CommandLineInterface.of(all, ContextCommands.withoutApplication());
        commandLine.setOut(new PrintWriter(printed, true));
        commandLine.setErr(new PrintWriter(printed, true));
        return commandLine.execute(all.toArray(String[]::new));
    }

    private String ask(String sql) throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
