package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine;

/** Without a server: what an operator says is in the database, for whoever delivers. */
class OutboxCommandIT {

    private static final List<String> FOLDERS =
            List.of("varve.personal-data.key-folder", "varve.personal-files.folder");

    /** Who brings a database of their own says where keys and files are, too. */
    @BeforeAll
    static void configure(@TempDir Path folder) {
        FOLDERS.forEach(name -> System.setProperty(name, folder.resolve(name).toString()));
    }

    @AfterAll
    static void forget() {
        FOLDERS.forEach(System::clearProperty);
    }

    private TestDatabase database = TestDatabase.migrated();
    private StringWriter printed = new StringWriter();

    @Test
    void a_subscription_from_its_making_to_its_end() {
        assertThat(outbox("add", "board", "--sink", "log", "--start", "beginning", "--on-refusal", "block"))
                .as(printed.toString())
                .isZero();
        assertThat(outbox("list")).isZero();
        assertThat(printed.toString()).contains("board", "no node delivers");
        assertThat(outbox("show", "board")).isZero();
        assertThat(printed.toString()).contains("\"onRefusal\" : \"block\"");

        assertThat(outbox("pause", "board", "--reason", "their holiday")).isZero();
        assertThat(outbox("list")).isZero();
        assertThat(printed.toString()).contains("paused: their holiday");
        assertThat(outbox("resume", "board")).isZero();

        assertThat(outbox("change", "board", "--set", "payload=true", "--context", "weather", "--attempts", "3"))
                .as(printed.toString())
                .isZero();
        printed = new StringWriter();
        assertThat(outbox("change", "board", "--unset", "payload", "--set", "logger=x", "--context", ""))
                .isZero();
        assertThat(outbox("show", "board")).isZero();
        assertThat(printed.toString())
                .contains("\"logger\" : \"x\"", "\"contexts\" : [ ]", "\"onRefusal\" : \"block\"", "\"attempts\" : 3")
                .doesNotContain("payload");

        assertThat(outbox("parked", "board")).isZero();
        assertThat(outbox("parked", "board", "--messages", "--key", "Genf")).isZero();
        assertThat(outbox("parked", "board", "--by", "reason")).isZero();
        assertThat(outbox("retry", "board", "--all")).isZero();
        assertThat(outbox("skip", "board", "--key", "Genf", "--reason", "it never rained"))
                .isZero();
        assertThat(printed.toString()).contains("0 keys are tried again", "messages of 0 keys were skipped");

        assertThat(outbox("replay", "board", "--dry-run")).isZero();
        assertThat(outbox("replay", "board", "--rate", "5")).isZero();
        assertThat(outbox("replay", "board")).as("one at a time").isEqualTo(1);
        assertThat(outbox("replay", "board", "--cancel")).isZero();
        assertThat(printed.toString()).contains("0 messages would be sent", "is running", "cancelled");

        assertThat(outbox("add", "board", "--sink", "log")).as("it is there").isEqualTo(1);
        assertThat(outbox("remove", "board")).isZero();
        assertThat(outbox("show", "board")).isEqualTo(1);
    }

    @Test
    void parked_keys_that_nobody_cares_for_are_told_from_those_that_are_tried_again() {
        assertThat(outbox("add", "board", "--sink", "log"))
                .as(printed.toString())
                .isZero();
        park("Genf", null);
        park("Bern", 9L);

        assertThat(parked("--retrying")).contains("Bern", "(retrying)").doesNotContain("Genf");
        assertThat(parked("--no-retrying")).contains("Genf").doesNotContain("Bern");
        assertThat(parked("--by", "key")).contains("Bern", "Genf");
        assertThat(parked("--by", "key", "--no-retrying")).contains("Genf").doesNotContain("Bern");
        assertThat(parked("--messages", "--retrying")).contains("Bern").doesNotContain("Genf");
    }

    private void park(String key, @Nullable Long retryUpTo) {
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        jdbc.update(
                "INSERT INTO outbox.parked_key (subscription, key, reason, attempts, retry_up_to) VALUES ('board', ?, 'too wet', 5, ?)",
                key,
                retryUpTo);
        jdbc.update(
                "INSERT INTO outbox.parked_message (subscription, position, key, type, recorded_at)"
                        + " SELECT 'board', count(*) + 1, ?, 'rained.v1', now() FROM outbox.parked_message",
                key);
    }

    private String parked(String... options) {
        printed = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("parked", "board"));
        arguments.addAll(List.of(options));
        assertThat(outbox(arguments.toArray(String[]::new)))
                .as(printed.toString())
                .isZero();
        return printed.toString();
    }

    @Test
    void what_is_wrong_is_named() {
        refused("there is no subscription", 1, "pause", "nobody");
        refused("pigeon", 2, "add", "x", "--sink", "pigeon");
        refused("--start is 'soon'", 2, "add", "x", "--sink", "log", "--start", "soon");
        refused("colour is no setting of a sink of kind log", 2, "add", "x", "--sink", "log", "--set", "colour=red");
        refused("--from is 'soon'", 2, "replay", "x", "--from", "soon");
        refused("attempts is 0", 2, "add", "x", "--sink", "log", "--attempts", "0");
        refused("shrug", 2, "add", "x", "--sink", "log", "--on-refusal", "shrug");
        refused("--sink", 2, "add", "x");
        refused("--reason", 2, "skip", "x", "--all");
        refused("--all", 2, "retry", "x");
        refused("list", 2);
    }

    private void refused(String named, int exitCode, String... arguments) {
        printed = new StringWriter();
        assertThat(outbox(arguments)).as(printed.toString()).isEqualTo(exitCode);
        assertThat(printed.toString()).contains(named);
    }

    @Test
    void a_schema_that_is_not_of_this_release_stays_as_it_is() {
        database = TestDatabase.empty();

        refused("./varve migrate up", 1, "list");
        refused("./varve migrate up", 1, "list");
    }

    private int outbox(String... arguments) {
        List<String> all = new ArrayList<>(List.of("outbox"));
        all.addAll(List.of(arguments));
        all.add("--database-url");
        all.add("%s?user=%s&password=%s".formatted(database.jdbcUrl(), database.user(), database.password()));
        CommandLine commandLine = CommandLineInterface.of(all, ContextCommands.withoutApplication());
        commandLine.setOut(new PrintWriter(printed, true));
        commandLine.setErr(new PrintWriter(printed, true));
        return commandLine.execute(all.toArray(String[]::new));
    }
}
