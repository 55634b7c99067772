package dev.varve.app.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

    @TempDir
    Path temporary;

    private Path folder() {
        return temporary.resolve("a folder with blanks").resolve("data");
    }

    private PostmasterFile postmaster() throws IOException {
        return PostmasterFile.read(folder().resolve("postgres")).orElseThrow();
    }

    private static void execute(UserProcess user, String sql) throws SQLException {
        try (Connection connection = connect(user);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(UserProcess user, String sql) throws SQLException {
        try (Connection connection = connect(user);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String awaitAnswer(UserProcess user, String sql) {
        return await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> ask(user, sql), answer -> true);
    }

    private static Connection connect(UserProcess user) throws SQLException {
        return DriverManager.getConnection(user.jdbcUrl(), "varve", user.password());
    }

    private static void stopAtOnce(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    @Nested
    class A_new_data_directory {

        @Test
        void gets_a_server_that_loses_nothing_and_lets_nobody_in_without_the_password() throws Exception {
            try (UserProcess user = UserProcess.start(folder())) {
                assertThat(user.attached()).isFalse();
                for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums")) {
                    assertThat(ask(user, "SHOW " + setting)).as(setting).isEqualTo("on");
                }
                assertThat(ask(user, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
                assertThat(ask(user, "SHOW server_encoding")).isEqualTo("UTF8");
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> DriverManager.getConnection(user.jdbcUrl(), "varve", "guessed"))
                        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder().resolve("postgres.password"))))
                        .isEqualTo("rw-------");
            }
        }

        @Test
        void is_made_again_when_the_first_attempt_was_cut_off() throws Exception {
            Files.createDirectories(folder().resolve("postgres.unfinished"));
            Files.writeString(folder().resolve("postgres.unfinished/PG_VERSION"), "18");

            try (UserProcess user = UserProcess.start(folder())) {
                assertThat(ask(user, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Nested
    class A_server_that_is_shared {

        @Test
        void stays_until_the_last_user_leaves() throws Exception {
            UserProcess first = UserProcess.start(folder());
            UserProcess second = UserProcess.start(folder());
            PostmasterFile server = postmaster();
            assertThat(second.attached()).isTrue();
            assertThat(second.jdbcUrl()).isEqualTo(first.jdbcUrl());

            first.leave();
            assertThat(ask(second, "SELECT 1")).isEqualTo("1");

            second.terminate();
            assertThat(server.isAlive()).isFalse();
        }

        @Test
        void is_started_once_by_users_who_come_together() throws Exception {
            List<UserProcess> users = new ArrayList<>();
            try (Stream<Path> several =
                    Stream.generate(EmbeddedPostgresIT.this::folder).limit(3)) {
                users.addAll(several.parallel().map(UserProcess::start).toList());
            }
            assertThat(users).filteredOn(user -> !user.attached()).hasSize(1);
            assertThat(users)
                    .extracting(UserProcess::jdbcUrl)
                    .containsOnly(users.getFirst().jdbcUrl());
            users.forEach(UserProcess::leave);
        }
    }

    @Nested
    class After_a_kill {

        @Test
        void of_the_only_user_the_next_one_attaches_and_stops_the_server() throws Exception {
            UserProcess killed = UserProcess.start(folder());
            execute(killed, "CREATE TABLE kept AS SELECT 42 AS answer");
            PostmasterFile server = postmaster();
            killed.kill();
            assertThat(server.isAlive()).isTrue();

            UserProcess next = UserProcess.start(folder());
            assertThat(next.attached()).isTrue();
            assertThat(ask(next, "SELECT answer FROM kept")).isEqualTo("42");
            next.leave();
            assertThat(server.isAlive()).isFalse();
        }

        @Test
        void of_the_server_too_the_next_one_recovers_what_was_committed() throws Exception {
            UserProcess killed = UserProcess.start(folder());
            execute(killed, "CREATE TABLE kept AS SELECT 42 AS answer");
            PostmasterFile server = postmaster();
            killed.kill();
            stopAtOnce(server.pid());

            try (UserProcess next = UserProcess.start(folder())) {
                assertThat(next.attached()).isFalse();
                assertThat(ask(next, "SELECT answer FROM kept")).isEqualTo("42");
            }
        }

        @Test
        void a_process_that_got_the_servers_old_id_is_in_nobodys_way() throws Exception {
            UserProcess killed = UserProcess.start(folder());
            PostmasterFile server = postmaster();
            killed.kill();
            stopAtOnce(server.pid());
            List<String> lines = new ArrayList<>(Files.readAllLines(server.file()));
            lines.set(0, Long.toString(ProcessHandle.current().pid()));
            Files.write(server.file(), lines);

            try (UserProcess next = UserProcess.start(folder())) {
                assertThat(ask(next, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Nested
    class While_somebody_lives_on_it {

        @Test
        void a_killed_server_is_started_again_where_it_was() throws Exception {
            try (UserProcess user = UserProcess.startKeepingItRunning(folder())) {
                execute(user, "CREATE TABLE kept AS SELECT 42 AS answer");
                PostmasterFile killed = postmaster();
                stopAtOnce(killed.pid());

                assertThat(awaitAnswer(user, "SELECT answer FROM kept")).isEqualTo("42");
                assertThat(postmaster().pid()).isNotEqualTo(killed.pid());
            }
            assertThat(folder().resolve("postgres/postmaster.pid")).doesNotExist();
        }

        @Test
        void it_is_not_started_elsewhere_when_its_port_is_taken() throws Exception {
            try (UserProcess user = UserProcess.start(folder())) {
                PostmasterFile killed = postmaster();
                stopAtOnce(killed.pid());
                DataDirectory directory = new DataDirectory(folder());
                ServerStart start = new ServerStart(
                        directory, PostgresPrograms.of(PostgresBinaries.unpacked(directory.fallbackCache())), true);

                try (ServerSocket taken = new ServerSocket(killed.port(), 1, InetAddress.getLoopbackAddress())) {
                    assertThatThrownBy(() -> start.ensureRunningOn(taken.getLocalPort()))
                            .isInstanceOf(OperatorError.class)
                            .hasMessage("somebody else took its port, " + killed.port());
                }
                start.ensureRunningOn(killed.port());
                assertThat(ask(user, "SELECT 1")).isEqualTo("1");
            }
        }

        @Test
        void another_process_that_comes_first_starts_it_where_it_was() throws Exception {
            try (UserProcess user = UserProcess.start(folder())) {
                stopAtOnce(postmaster().pid());

                try (UserProcess next = UserProcess.start(folder())) {
                    assertThat(next.attached()).isFalse();
                    assertThat(next.jdbcUrl()).isEqualTo(user.jdbcUrl());
                }
                assertThat(ask(user, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void a_folder_that_another_version_wrote_is_refused_in_words() throws Exception {
        Files.createDirectories(folder().resolve("postgres"));
        Files.writeString(folder().resolve("postgres/PG_VERSION"), "15\n");

        assertThatThrownBy(() -> EmbeddedPostgres.open(folder()))
                .isInstanceOf(OperatorError.class)
                .hasMessageContaining("was written by PostgreSQL 15");
    }

    @Test
    void a_file_in_the_place_of_the_folder_is_refused_in_words() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> EmbeddedPostgres.open(file))
                .isInstanceOf(OperatorError.class)
                .hasMessageContaining(file.toString());
    }
}
