package dev.varve.app.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root, in a project of its own with a JDK and a Maven that only say what they were asked. */
class LauncherTest {

    private static final Path SCRIPT = script();

    @TempDir
    Path temporary;

    private Path project;
    private Path jdk;

    private static Path script() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("varve"))) {
            folder = folder.getParent();
        }
        return folder.resolve("varve");
    }

    @BeforeEach
    void lay_out_a_project() throws IOException {
        project = Files.createDirectories(temporary.resolve("a project"));
        Files.copy(SCRIPT, project.resolve("varve"), StandardCopyOption.COPY_ATTRIBUTES);
        write(project.resolve("pom.xml"), "<project/>");
        write(project.resolve("app/src/main/java/Main.java"), "class Main {}");
        executable(project.resolve("mvnw"), """
                echo build >> builds
                if grep -q broken app/src/main/java/Main.java; then echo '[ERROR] Main.java is broken'; exit 1; fi
                sleep 0.2
                mkdir -p app/target/lib && touch app/target/varve-app.jar app/target/lib/library.jar""");
        jdk = jdk("the jdk", "25.0.3");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = temporary.resolve(name);
        executable(home.resolve("bin/java"), """
                if [ "$1" = -version ]; then echo 'openjdk version "%s" 2026-01-01' >&2; exit 0; fi
                printf '%%s\\n' "ran by %s" "$@\"""".formatted(version, name));
        executable(home.resolve("bin/javac"), "exit 0");
        return home;
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void executable(Path file, String script) throws IOException {
        write(file, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome varve(String... arguments) throws Exception {
        return finish(start(project.resolve("varve"), temporary, arguments));
    }

    private Started start(Path script, Path from, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(temporary, "output", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(from.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", jdk.toString());
        return new Started(builder.start(), output);
    }

    private static Outcome finish(Started started) throws Exception {
        assertThat(started.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(started.process().exitValue(), Files.readString(started.output()));
    }

    private long builds() throws IOException {
        Path builds = project.resolve("builds");
        try (Stream<String> lines = Files.exists(builds) ? Files.lines(builds) : Stream.of()) {
            return lines.count();
        }
    }

    private record Started(Process process, Path output) {}

    private record Outcome(int exitCode, String output) {}

    @Nested
    class Building {

        @Test
        void happens_once_for_the_same_sources() throws Exception {
            assertThat(varve("status").output()).contains("building").contains("dev.varve.app.Varve\nstatus");
            assertThat(varve("status").output()).doesNotContain("building");
            assertThat(builds()).isEqualTo(1);
        }

        @Test
        void happens_again_when_a_source_changes_and_not_when_it_changes_back() throws Exception {
            varve("status");
            write(project.resolve("app/src/main/java/Main.java"), "class Main { int changed; }");
            varve("status");
            write(project.resolve("app/src/main/java/Main.java"), "class Main {}");
            varve("status");
            assertThat(builds()).isEqualTo(2);
        }

        @Test
        void does_not_happen_for_a_test() throws Exception {
            varve("status");
            write(project.resolve("app/src/test/java/MainTest.java"), "class MainTest {}");
            varve("status");
            assertThat(builds()).isEqualTo(1);
        }

        @Test
        void happens_once_for_several_who_come_together() throws Exception {
            List<Started> together = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                together.add(start(project.resolve("varve"), temporary, "status"));
            }
            for (Started started : together) {
                assertThat(finish(started).exitCode()).isZero();
            }
            assertThat(builds()).isEqualTo(1);
        }

        @Test
        void goes_on_after_a_builder_that_was_killed() throws Exception {
            Process gone = new ProcessBuilder("true").start();
            gone.waitFor();
            write(project.resolve(".varve/build.lock/pid"), Long.toString(gone.pid()));

            assertThat(varve("status").exitCode()).isZero();
        }

        @Test
        void that_fails_shows_why_and_is_tried_again() throws Exception {
            write(project.resolve("app/src/main/java/Main.java"), "broken");
            Outcome failed = varve("status");
            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.output()).contains("Main.java is broken").contains("build.log");

            write(project.resolve("app/src/main/java/Main.java"), "class Main {}");
            assertThat(varve("status").exitCode()).isZero();
        }
    }

    @Nested
    class The_jdk {

        @Test
        void of_JAVA_HOME_is_taken_when_it_is_new_enough() throws Exception {
            assertThat(varve("status").output()).contains("ran by the jdk");
        }

        @Test
        void of_JAVA_HOME_is_passed_over_when_it_is_too_old_whatever_its_name_says() throws Exception {
            jdk = jdk("jdk-25", "17.0.15");

            assertThat(varve("status").output()).doesNotContain("ran by jdk-25");
        }
    }

    @Test
    void it_works_through_a_link_from_another_folder_and_passes_arguments_on_unchanged() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("a project/varve"));
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));

        Outcome outcome = finish(start(link, elsewhere, "import", "gtfs", "a file.zip", ""));

        assertThat(outcome.output()).contains("dev.varve.app.Varve\nimport\ngtfs\na file.zip\n\n");
    }

    @Test
    void test_ends_with_the_totals_of_all_reports_of_this_run() throws Exception {
        executable(project.resolve("mvnw"), """
                mkdir -p app/target/surefire-reports app/target/failsafe-reports
                echo '<testsuite name="A" tests="3" errors="0" skipped="1" failures="0">' > app/target/surefire-reports/TEST-A.xml
                echo '<testsuite name="B" tests="4" errors="1" skipped="0" failures="1">' > app/target/failsafe-reports/TEST-B.xml
                exit 1""");
        write(project.resolve("app/target/surefire-reports/TEST-Old.xml"), "<testsuite tests=\"9\" errors=\"9\">");
        Files.setLastModifiedTime(project.resolve("app/target/surefire-reports/TEST-Old.xml"), FileTime.fromMillis(0));

        Outcome outcome = varve("test");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output())
                .endsWith("Tests run: 7, Failures: 1, Errors: 1, Skipped: 1\n4 passed, 2 failed, 1 skipped\n");
    }
}
