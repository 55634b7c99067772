package dev.varve.app.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.events.PersonalText;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import dev.varve.personal.UnknownSubjectException;
import dev.varve.personal.files.IncomingFile;
import dev.varve.personal.files.PersonalFiles;
import dev.varve.personal.files.PersonalFilesSettings;
import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

class ErasuresIT {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path elsewhere;

    private final TestDatabase database = TestDatabase.migrated();

    private PersonalData keys() {
        return PersonalData.in(new PersonalDataSettings(folder.resolve("keys"), List.of(), null));
    }

    private PersonalFiles files(PersonalData keys) {
        return PersonalFiles.in(
                new PersonalFilesSettings(folder.resolve("files"), DataSize.ofMegabytes(1), Duration.ofHours(1)),
                keys,
                Clock.systemUTC());
    }

    private Erasures erasures(PersonalData keys) {
        return new Erasures(database.dataSource(), keys, files(keys), Duration.ofSeconds(30));
    }

    @Test
    void somebody_who_is_not_known_is_not_erased_by_a_mistyped_identifier() throws Exception {
        PersonalData keys = keys();

        assertThatThrownBy(() -> erasures(keys).erase(keys.subject("patient", "mistyped"), "cli:me", "asked"))
                .isInstanceOf(UnknownSubjectException.class);

        assertThat(actions()).isEmpty();
        assertThat(erasures(keys).ordered()).isEmpty();
    }

    @Test
    void an_erasure_is_recorded_before_and_after_the_deed_without_who_it_was() throws Exception {
        PersonalData keys = keys();
        String subject = keys.subject("patient", "patient-123");
        PersonalText text = keys.seal(subject, "coughs");

        ErasureReport report = erasures(keys).erase(subject, "cli:me", "asked");
        ErasureReport again = erasures(keys).erase(subject, "cli:me", "asked twice");

        assertThat(keys.open(text)).isEmpty();
        assertThat(report.again()).isFalse();
        assertThat(again.again()).isTrue();
        assertThat(actions())
                .containsExactly(
                        "personal-data.erase " + subject + " cli:me",
                        "personal-data.erased " + subject + " cli:me",
                        "personal-data.erase " + subject + " cli:me",
                        "personal-data.erased " + subject + " cli:me");
    }

    @Test
    void a_copy_of_the_keys_from_before_brings_nobody_back() throws Exception {
        PersonalData before = keys();
        String subject = before.subject("patient", "patient-123");
        String other = before.subject("patient", "patient-124");
        PersonalText text = before.seal(subject, "coughs");
        PersonalText others = before.seal(other, "sneezes");
        try (IncomingFile audio = files(before).receive()) {
            audio.write(new byte[100]);
            audio.keep(subject);
        }
        FileSystemUtils.copyRecursively(folder, elsewhere);
        erasures(before).erase(subject, "cli:me", "asked");
        FileSystemUtils.deleteRecursively(folder);
        FileSystemUtils.copyRecursively(elsewhere, folder);
        PersonalData copy = keys();
        assertThat(copy.open(text)).hasValue("coughs");

        Erasures erasures = erasures(copy);
        int count = erasures.again(erasures.ordered(), "system", "found undone");

        assertThat(count).isEqualTo(1);
        assertThat(copy.open(text)).isEmpty();
        assertThat(keys().open(text)).isEmpty();
        assertThat(copy.open(others)).hasValue("sneezes");
        assertThat(stored()).isEmpty();
        assertThat(erasures.again(erasures.ordered(), "system", "found undone")).isZero();
        assertThat(actions()).last().isEqualTo("personal-data.erased-again " + subject + " system");
    }

    private List<Path> stored() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("files"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private List<String> actions() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT action, target, actor FROM event_store.operator_action ORDER BY number")) {
            List<String> actions = new ArrayList<>();
            while (rows.next()) {
                actions.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3));
            }
            return actions;
        }
    }
}
