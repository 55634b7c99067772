package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.erasure.Erasures;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.personal.PersonalKeys;
import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.personal.KeyCount;
import dev.varve.personal.KeyFolderException;
import dev.varve.personal.PersonalData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** The keys under which personal data is sealed; not those with which programs call the API. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "personal-keys", description = "Check and rotate the keys that seal what belongs to persons.")
final class PersonalKeysCommand implements Runnable {

    private static final Pattern PSEUDONYM = Pattern.compile("[0-9a-f]{32}");

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

    @Command(
            name = "erased",
            description = "List the pseudonyms of all who were erased, one a line.",
            footer = {
                "",
                "They tell nothing without the key folder. Keep the list with the newest copies: if database and key folder",
                "both have to come back from copies of an earlier time, erase-again carries out what those do not know of."
            })
    int erased() throws SQLException {
        try (Database open = database.openMigrated()) {
            SortedSet<String> subjects = erasures(open).ordered();
            print(Map.of("erased", subjects), String.join(System.lineSeparator(), subjects));
            return ExitCode.OK;
        } catch (KeyFolderException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    @Command(name = "erase-again", description = "Erase again whom a list of pseudonyms names, if they have a key.")
    int eraseAgain(
            @Parameters(paramLabel = "FILE", description = "What ./varve personal-keys erased printed.") Path list,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept for ever.")
                    String reason)
            throws SQLException, IOException {
        if (!Files.isReadable(list)) {
            throw new OperatorError("%s cannot be read; nothing was done".formatted(list));
        }
        List<String> subjects = Files.readAllLines(list).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        for (int i = 0; i < subjects.size(); i++) {
            if (!PSEUDONYM.matcher(subjects.get(i)).matches()) {
                throw new OperatorError("%s: entry %d is no pseudonym; nothing was done".formatted(list, i + 1));
            }
        }
        try (Database open = database.openMigrated()) {
            int count = erasures(open).again(subjects, CliActor.name(), reason);
            print(
                    Map.of("listed", subjects.size(), "erasedAgain", count),
                    "%,d of %,d had a key, and were erased again".formatted(count, subjects.size()));
            return ExitCode.OK;
        } catch (KeyFolderException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private static Erasures erasures(Database open) {
        PersonalData keys = PersonalKeys.open(open);
        return new Erasures(
                open.dataSource(), keys, PersonalKeys.files(open, keys, Clock.systemUTC()), Duration.ofMinutes(30));
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
        try (Database open = database.openMigrated()) {
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
