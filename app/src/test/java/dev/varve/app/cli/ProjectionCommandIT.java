package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import picocli.CommandLine;

/** Without a server, so that each command does the work itself. */
@Isolated("folders are settings of the process")
class ProjectionCommandIT {

    private static final List<String> FOLDERS =
            List.of("varve.personal-data.key-folder", "varve.personal-files.folder");

    private final TestDatabase database = TestDatabase.migrated();
    private final StringWriter printed = new StringWriter();

    @TempDir
    private Path folders;

    @BeforeEach
    void folders_of_all_nodes_are_given() {
        FOLDERS.forEach(name ->
                System.setProperty(name, folders.resolve(name.replace('.', '-')).toString()));
    }

    @AfterEach
    void settings_are_as_they_were() {
        FOLDERS.forEach(System::clearProperty);
    }

    @Test
    void rebuild_verify_undo_and_what_is_said_of_it() {
        assertThat(projection("rebuild", "transit.stations", "transit.lines")).isZero();
        assertThat(printed.toString())
                .contains("no server works on it", "of transit.lines, transit.stations: switched at position 0");

        assertThat(projection("status")).isZero();
        assertThat(projection("list")).isZero();
        assertThat(projection("verify", "transit.departures")).isZero();
        assertThat(projection("undo", "transit.stations"))
                .as(printed.toString())
                .isZero();
        assertThat(projection("undo", "transit.stations")).isEqualTo(1);

        assertThat(printed.toString())
                .contains("can be undone until", "of version 1", "no row differs", "undone at position 0")
                .contains("no rebuild of transit.stations is under way or can be undone");
    }

    @Test
    void an_unknown_projection_is_refused_by_name() {
        assertThat(projection("rebuild", "transit.nothing")).isEqualTo(1);
        assertThat(printed.toString()).contains("there is no projection called [transit.nothing]");
    }

    private int projection(String... arguments) {
        List<String> all = new ArrayList<>(List.of("projection"));
        all.addAll(List.of(arguments));
        all.add("--database-url");
        all.add("%s?user=%s&password=%s".formatted(database.jdbcUrl(), database.user(), database.password()));
        CommandLine commandLine = CommandLineInterface.of(all, ContextCommands.withoutApplication());
        commandLine.setOut(new PrintWriter(printed, true));
        commandLine.setErr(new PrintWriter(printed, true));
        return commandLine.execute(all.toArray(String[]::new));
    }
}
