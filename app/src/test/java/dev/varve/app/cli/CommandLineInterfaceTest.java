package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandLineInterfaceTest {

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = CommandLineInterface.of(args)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private record Outcome(int exitCode, String out, String err) {}

    /** The names that lead to each command, of the contexts too. */
    static Stream<List<String>> allCommands() {
        List<List<String>> all = new ArrayList<>();
        addTo(all, List.of(), CommandLineInterface.of("import"));
        return all.stream();
    }

    private static void addTo(List<List<String>> all, List<String> path, CommandLine command) {
        for (Map.Entry<String, CommandLine> child : command.getSubcommands().entrySet()) {
            List<String> names =
                    Stream.concat(path.stream(), Stream.of(child.getKey())).toList();
            all.add(names);
            addTo(all, names, child.getValue());
        }
    }

    @ParameterizedTest
    @MethodSource("allCommands")
    void every_command_answers_to_help_without_starting_anything(List<String> command) {
        String[] args = Stream.concat(command.stream(), Stream.of("--help")).toArray(String[]::new);

        Outcome outcome = run(args);

        assertThat(outcome.err()).as("%s", command).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("Usage: ");
    }

    @Test
    void help_lists_the_commands_by_groups() {
        Outcome outcome = run("help");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .containsSubsequence(
                        "Run\n", "  serve ", "Load data\n", "  import ", "Operate\n", "  status ", "Develop\n");
        assertThat(outcome.out()).contains("Exit codes: 0 success, 1 failure, 2 wrong usage.");
    }

    @Test
    void contexts_contribute_what_can_be_imported() {
        assertThat(run("import", "--help").out()).contains("  gtfs ");
    }

    @Test
    void an_unknown_command_is_wrong_usage_and_the_near_ones_are_named() {
        Outcome outcome = run("sreve");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("sreve").contains("serve");
    }

    @Test
    void no_command_is_wrong_usage() {
        assertThat(run().exitCode()).isEqualTo(2);
        assertThat(run("import").exitCode()).isEqualTo(2);
    }

    @Test
    void two_databases_are_wrong_usage() {
        Outcome outcome = run("status", "--data-dir", "x", "--database-url", "jdbc:postgresql://localhost/x");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("exclude each other");
    }

    @Test
    void a_database_of_another_kind_is_wrong_usage() {
        assertThat(run("status", "--database-url", "jdbc:mysql://localhost/x").exitCode())
                .isEqualTo(2);
    }

    @Test
    void wrong_usage_of_a_contexts_command_is_noticed_before_anything_is_started() {
        Outcome outcome = run("import", "gtfs");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("FILE.zip");
    }

    @Test
    void a_database_that_does_not_answer_is_a_failure_in_one_line() {
        Outcome outcome = run("status", "--database-url", "jdbc:postgresql://127.0.0.1:1/x");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("varve: cannot connect to jdbc:postgresql://127.0.0.1:1/x");
        assertThat(outcome.err().lines()).hasSize(1);
    }

    @Test
    void a_data_directory_without_data_is_a_failure_that_says_what_to_do(@TempDir Path folder) {
        Outcome outcome = run("status", "--data-dir", folder.resolve("none").toString());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("./varve demo");
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
