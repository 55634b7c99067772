package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.events.PersonalText;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;

/** What an operator does with the keys of persons, by the commands that the manual names. */
class PersonalKeysCommandIT {

    private static final List<String> FOLDERS =
            List.of("varve.personal-data.key-folder", "varve.personal-files.folder");
    private static final StringWriter PRINTED = new StringWriter();

    private final TestDatabase database = TestDatabase.migrated();

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    private PersonalText text;
    private String subject;

    @BeforeEach
    void keys() {
        FOLDERS.forEach(name -> System.setProperty(name, folder.resolve(name).toString()));
        PersonalData keys = persons();
        subject = keys.subject("patient", "patient-1");
        text = keys.seal(subject, "coughs");
        keys.seal(keys.subject("patient", "patient-2"), "sneezes");
    }

    @AfterEach
    void forgetFolders() {
        FOLDERS.forEach(System::clearProperty);
    }

    @Test
    void keys_are_counted_and_one_that_does_not_open_is_told() throws IOException {
        assertThat(run("personal-keys", "check")).isZero();
        assertThat(PRINTED.toString()).contains("the keys of 2 persons open; 0 were erased");

        Files.writeString(keyEncryption(), newKey());

        assertThat(run("personal-keys", "check")).isOne();
        assertThat(PRINTED.toString())
                .contains("was sealed under a key encryption key that is not given, or was changed");
    }

    @Test
    void after_a_rotation_the_old_key_is_not_needed() throws IOException {
        String old = Files.readString(keyEncryption());
        String key = newKey();
        Files.writeString(keyEncryption(), key + old);

        assertThat(run("personal-keys", "rotate")).as(PRINTED::toString).isZero();

        assertThat(PRINTED.toString()).contains("the keys of 2 persons are sealed under the first");
        Files.writeString(keyEncryption(), key);
        assertThat(persons().open(text)).hasValue("coughs");
        Files.writeString(keyEncryption(), old);
        assertThat(run("personal-keys", "check")).isOne();
    }

    @Test
    void who_was_erased_is_erased_again_after_a_copy_from_before_came_back() throws Exception {
        FileSystemUtils.copyRecursively(keyFolder(), elsewhere);
        assertThat(run("erase", "--kind", "patient", "--subject", "patient-3", "--reason", "asked", "--yes"))
                .as("nobody's")
                .isOne();
        assertThat(run("erase", "--kind", "patient", "--subject", "patient-1", "--reason", "asked", "--yes"))
                .as(PRINTED::toString)
                .isZero();
        assertThat(PRINTED.toString()).contains("Erased. The key is destroyed.", subject);
        assertThat(persons().open(text)).isEmpty();
        assertThat(run("personal-keys", "erased")).isZero();
        Path list = Files.writeString(elsewhere.resolve("erased.txt"), PRINTED.toString());
        assertThat(list).content().isEqualTo(subject + System.lineSeparator());

        FileSystemUtils.deleteRecursively(keyFolder());
        FileSystemUtils.copyRecursively(elsewhere, keyFolder());
        assertThat(persons().open(text)).hasValue("coughs");
        assertThat(run("personal-keys", "erase-again", list.toString(), "--reason", "restored"))
                .as(PRINTED::toString)
                .isZero();

        assertThat(PRINTED.toString()).contains("1 of 1 had a key, and were erased again");
        assertThat(persons().open(text)).isEmpty();
        assertThat(actions())
                .endsWith(
                        "personal-data.erase asked",
                        "personal-data.erased asked",
                        "personal-data.erased-again restored");
    }

    @Test
    void a_list_that_names_somebody_else_does_nothing() throws IOException {
        Path list = Files.writeString(elsewhere.resolve("list.txt"), subject + "\npatient-1\n");

        assertThat(run("personal-keys", "erase-again", list.toString(), "--reason", "restored"))
                .isOne();

        assertThat(PRINTED.toString())
                .contains("entry 2 is no pseudonym; nothing was done")
                .doesNotContain("patient-1");
        assertThat(persons().open(text)).hasValue("coughs");
    }

    @Test
    void another_key_folder_is_accepted_with_a_reason_that_stays_on_record() throws SQLException {
        assertThat(run("personal-keys", "accept")).as("no reason").isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("personal-keys", "accept", "--reason", "the disk broke")).isZero();

        assertThat(PRINTED.toString()).contains(keyFolder() + " is now the key folder of this database");
        assertThat(ask("SELECT fingerprint FROM varve.key_folder"))
                .containsExactly(persons().fingerprint());
        assertThat(actions()).endsWith("personal-keys.accept the disk broke");
    }

    private PersonalData persons() {
        return PersonalData.in(new PersonalDataSettings(keyFolder(), List.of(), null));
    }

    private Path keyFolder() {
        return folder.resolve(FOLDERS.getFirst());
    }

    private Path keyEncryption() {
        return keyFolder().resolve("key-encryption.keys");
    }

    private static String newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key) + "\n";
    }

    private List<String> actions() throws SQLException {
        return ask("SELECT action || ' ' || reason FROM event_store.operator_action ORDER BY number");
    }

    private List<String> ask(String query) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--database-url");
        all.add("%s?user=%s&password=%s".formatted(database.jdbcUrl(), database.user(), database.password()));
        PRINTED.getBuffer().setLength(0);
        CommandLine commandLine = CommandLineInterface.of(all, ContextCommands.withoutApplication());
        commandLine.setOut(new PrintWriter(PRINTED, true));
        commandLine.setErr(new PrintWriter(PRINTED, true));
        return commandLine.execute(all.toArray(String[]::new));
    }
}
