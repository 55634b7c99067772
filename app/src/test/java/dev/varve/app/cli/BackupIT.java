package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.app.database.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Backups of a database at rest, and what may happen to them. */
class BackupIT {

    @TempDir
    static Path folder;

    private static final StringWriter PRINTED = new StringWriter();

    @TempDir
    Path backups;

    private static Path sample;

    @BeforeAll
    static void database() throws IOException {
        assertThat(run("migrate", "up", "--data-dir", data())).isZero();
        Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("sample"));
        assertThat(run("backup", "--data-dir", data(), "--to", relative.toString()))
                .as(BackupIT::printed)
                .isZero();
        sample = only(folder.resolve("sample"));
    }

    @Test
    void a_backup_comes_back_into_a_new_folder_only() throws Exception {
        String restored = folder.resolve("restored").toString();

        assertThat(run("restore", sample.toString(), "--data-dir", restored))
                .as(BackupIT::printed)
                .isZero();
        assertThat(run("migrate", "status", "--data-dir", restored)).isZero();
        assertThat(run("log", "verify", "--data-dir", restored)).isZero();

        assertThat(run("restore", sample.toString(), "--data-dir", restored)).isEqualTo(1);
        assertThat(printed()).contains("there is a database in " + restored);
        Files.createFile(backups.resolve("something"));
        assertThat(run("restore", sample.toString(), "--data-dir", backups.toString()))
                .isEqualTo(1);
        assertThat(printed()).contains(backups + " is not empty (something is there)");
    }

    @Test
    void the_checksums_are_those_of_the_files() throws Exception {
        Process sha256sum = new ProcessBuilder("sha256sum", "--check", "--quiet", "SHA256SUMS")
                .directory(sample.toFile())
                .start();

        assertThat(sha256sum.waitFor()).isZero();
        assertThat(Files.readAllLines(sample.resolve("SHA256SUMS"))).hasSize(3);
    }

    @Test
    void a_bit_that_flipped_is_found_before_anything_is_written() throws Exception {
        Path backup = copyOfSample("copy");
        Path target = backups.resolve("target");
        for (String name : List.of("base.tar", "backup_manifest", "varve-backup.json")) {
            long middle = Files.size(backup.resolve(name)) / 2;
            flip(backup.resolve(name), middle);

            assertThat(run("restore", backup.toString(), "--data-dir", target.toString()))
                    .isEqualTo(1);

            assertThat(printed()).contains(name);
            assertThat(target).doesNotExist();
            flip(backup.resolve(name), middle);
        }
        Files.delete(backup.resolve("backup_manifest"));
        assertThat(run("restore", backup.toString(), "--data-dir", target.toString()))
                .isEqualTo(1);
        assertThat(printed()).contains("backup_manifest is not there");
    }

    @Test
    void a_folder_that_is_no_backup_is_refused() {
        assertThat(run("restore", folder.toString(), "--data-dir", "nowhere")).isEqualTo(1);

        assertThat(printed()).contains(folder + " is no backup");
    }

    @Test
    void two_at_once_get_two_names() throws Exception {
        Path sameSecond = backups.resolve("same");
        ServerProcess first =
                ServerProcess.start(backups, "backup", "--data-dir", data(), "--to", sameSecond.toString());
        ServerProcess second =
                ServerProcess.start(backups, "backup", "--data-dir", data(), "--to", sameSecond.toString());

        assertThat(first.exitCode()).as(first::output).isZero();
        assertThat(second.exitCode()).as(second::output).isZero();

        assertThat(list(sameSecond)).hasSize(2).allMatch(path -> Files.exists(path.resolve("SHA256SUMS")));
    }

    @Test
    void a_killed_one_leaves_no_name_and_the_next_one_tidies_up() throws Exception {
        Path killed = backups.resolve("killed");
        ServerProcess process = ServerProcess.start(backups, "backup", "--data-dir", data(), "--to", killed.toString());
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> found(killed, "glob:**/scratch/postgres/postmaster.pid"));
        process.kill();
        assertThat(list(killed)).allMatch(path -> path.getFileName().toString().startsWith(".unfinished-"));

        assertThat(run("backup", "--data-dir", data(), "--to", killed.toString()))
                .as(BackupIT::printed)
                .isZero();

        assertThat(only(killed).getFileName().toString()).startsWith("varve-");
    }

    @Test
    void keep_removes_the_oldest_of_the_same_log_and_nothing_else() throws Exception {
        Path other = backups.resolve("varve-that-is-something-else");
        Files.createDirectories(other);
        Path old = copyOfSample("varve-20260101-000000-000");
        Path ofAnotherLog = copyOfSample("varve-20260101-000000-001");
        Path manifest = ofAnotherLog.resolve("varve-backup.json");
        Files.writeString(
                manifest, Files.readString(manifest).replace(identity(sample), "\"identity\" : \"another\","));
        assertThat(identity(ofAnotherLog)).isNotEqualTo(identity(sample));

        assertThat(run("backup", "--data-dir", data(), "--to", backups.toString(), "--keep", "1"))
                .as(BackupIT::printed)
                .isZero();

        assertThat(list(backups)).hasSize(3).contains(other, ofAnotherLog).doesNotContain(old);
        assertThat(printed()).contains("Removed      " + old);
    }

    @Test
    void a_relative_folder_is_one_below_here() {
        assertThat(sample).as("taken by a relative path").exists().hasParent(folder.resolve("sample"));
    }

    @Test
    void a_reset_takes_one_first_and_it_holds_what_was_dropped() throws Exception {
        String reset = backups.resolve("reset").toString();
        assertThat(run("restore", sample.toString(), "--data-dir", reset)).isZero();

        assertThat(run(
                        "migrate",
                        "reset",
                        "--yes",
                        "--data-dir",
                        reset,
                        "--backup-dir",
                        backups.resolve("taken").toString()))
                .as(BackupIT::printed)
                .isZero();

        Path taken = only(backups.resolve("taken"));
        assertThat(printed()).contains("Backup       " + taken);
        assertThat(identity(taken)).isEqualTo(identity(sample));
        try (Database made = Database.embedded(Path.of(reset));
                Connection connection = made.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet log = statement.executeQuery("SELECT id::text FROM event_store.identity")) {
            assertThat(log.next()).isTrue();
            assertThat(identity(sample)).as("the log was made anew").doesNotContain(log.getString(1));
        }
    }

    private Path copyOfSample(String name) throws IOException {
        Path copy = Files.createDirectory(backups.resolve(name));
        for (Path file : list(sample)) {
            Files.copy(file, copy.resolve(file.getFileName()));
        }
        return copy;
    }

    private static String identity(Path backup) throws IOException {
        return Files.readAllLines(backup.resolve("varve-backup.json")).stream()
                .filter(line -> line.contains("\"identity\""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void what_cannot_be_done_is_said() throws Exception {
        Path file = Files.createFile(backups.resolve("file"));
        assertThat(run("backup", "--data-dir", data(), "--to", file.toString())).isEqualTo(1);
        assertThat(printed()).contains("cannot write into " + file);

        Path nowhere = backups.resolve("nowhere");
        assertThat(run("backup", "--data-dir", nowhere.toString(), "--to", backups.toString()))
                .isEqualTo(1);
        assertThat(printed()).contains("there is no database in " + nowhere);
        assertThat(nowhere).doesNotExist();

        assertThat(run("backup", "--data-dir", data())).isEqualTo(2);
        assertThat(run("backup", "--data-dir", data(), "--to", backups.toString(), "--keep", "0"))
                .isEqualTo(2);
    }

    private static String data() {
        return folder.resolve("data").toString();
    }

    private static int run(String... arguments) {
        PRINTED.getBuffer().setLength(0);
        CommandLine commandLine = CommandLineInterface.of(List.of(arguments), ContextCommands.withoutApplication());
        commandLine.setOut(new PrintWriter(PRINTED, true));
        commandLine.setErr(new PrintWriter(PRINTED, true));
        return commandLine.execute(arguments);
    }

    private static String printed() {
        return PRINTED.toString();
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(at);
            int old = opened.read();
            opened.seek(at);
            opened.write(old ^ 1);
        }
    }

    private static Path only(Path of) throws IOException {
        assertThat(list(of)).hasSize(1);
        return list(of).getFirst();
    }

    private static List<Path> list(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.sorted().toList();
        }
    }

    private static boolean found(Path root, String glob) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.anyMatch(FileSystems.getDefault().getPathMatcher(glob)::matches);
        } catch (IOException | UncheckedIOException e) {
            // Not there yet, or something went away while we looked.
            return false;
        }
    }
}
