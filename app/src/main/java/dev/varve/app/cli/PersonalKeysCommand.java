package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.personal.PersonalKeys;
import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.migrations.Migrations;
import dev.varve.personal.KeyCount;
import dev.varve.personal.KeyFolderException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The keys under which personal data is sealed; not those with which programs call the API. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "personal-keys", description = "Check and rotate the keys that seal what belongs to persons.")
final class PersonalKeysCommand implements Runnable {

    @Mixin
    private final DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "As JSON, for programs.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw MissingSubcommand.of(spec);
    }

    @Command(name = "check", description = "Open every key once. Exit code 1 if one cannot be opened.")
    int check() {
        try (Database open = database.open()) {
            KeyCount count = PersonalKeys.open(open).count();
            print(
                    Map.of("folder", folder(open), "persons", count.persons(), "erased", count.erased()),
                    "%s: the keys of %,d persons open; %,d were erased"
                            .formatted(folder(open), count.persons(), count.erased()));
            return ExitCode.OK;
        } catch (KeyFolderException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    @Command(
            name = "rotate",
            description = "Seal every key under the key encryption key that is given first.",
            footer = {
                "",
                "Put the new key before the old one, restart the nodes, run this, take the old key away, restart the nodes.",
                "What was sealed under the persons' keys stays as it is. May be run again after a failure."
            })
    int rotate() {
        try (Database open = database.open()) {
            int persons = PersonalKeys.open(open).sealKeysAgain();
            print(
                    Map.of("folder", folder(open), "persons", persons),
                    "%s: the keys of %,d persons are sealed under the first key encryption key"
                            .formatted(folder(open), persons));
            return ExitCode.OK;
        } catch (KeyFolderException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private static final String ACCEPT = """
            INSERT INTO varve.key_folder (fingerprint) VALUES (?)
            ON CONFLICT (only_row) DO UPDATE SET fingerprint = excluded.fingerprint, since = clock_timestamp()
            """;

    @Command(
            name = "accept",
            description = "Go on with another key folder, because the one of this database is lost for good.")
    int accept(
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept for ever.")
                    String reason)
            throws SQLException {
        try (Database open = database.open()) {
            new Migrations(open.dataSource()).up();
            String fingerprint = PersonalKeys.open(open).fingerprint();
            try (Connection connection = open.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement statement = connection.prepareStatement(ACCEPT)) {
                    statement.setString(1, fingerprint);
                    statement.executeUpdate();
                }
                OperatorActions.record(
                        connection,
                        new OperatorAction(CliActor.name(), "personal-keys.accept", folder(open), reason, Map.of()));
                connection.commit();
            }
            print(Map.of("folder", folder(open)), "%s is now the key folder of this database".formatted(folder(open)));
            return ExitCode.OK;
        } catch (KeyFolderException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private static String folder(Database open) {
        return String.valueOf(PersonalKeys.settings(open).keyFolder());
    }

    private void print(Map<String, @Nullable Object> facts, String words) {
        spec.commandLine()
                .getOut()
                .println(json ? JsonMapper.shared().writeValueAsString(new TreeMap<>(facts)) : words);
        spec.commandLine().getOut().flush();
    }
}
