package dev.varve.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that migrate up and down by chance and are killed meanwhile. {@code -Dvarve.migrations.sequences=200} for
 * more, {@code -Dvarve.migrations.seed=5} to begin with another than the first.
 */
class KilledMigrationsIT {

    private static final MigrationFiles FILES = new MigrationFiles(Migrations.LOCATION);
    private static final Duration LONGEST_START = Duration.ofMinutes(1);
    private static final SortedMap<String, String> NEWEST = newest();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private static SortedMap<String, String> newest() {
        try {
            return new SampleDatabase(TestDatabase.migrated().dataSource(), FILES).catalogs();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static LongStream seeds() {
        long first = Long.getLong("varve.migrations.seed", 1);
        return LongStream.range(first, first + Long.getLong("varve.migrations.sequences", 4));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void leave_a_schema_that_is_clean_and_can_go_on(long seed) throws Exception {
        Random chance = new Random(seed);
        TestDatabase database = TestDatabase.empty();
        SampleDatabase sample = new SampleDatabase(database.dataSource(), FILES);

        for (int round = 1 + chance.nextInt(2); round > 0; round--) {
            startAndKill(database, chance);
            assertThat(sample.verification().run())
                    .as("after the kill, seed %d", seed)
                    .allMatch(Verification.Finding::clean);
            MigratingNode.step(sample.migrations(), FILES, chance);
        }
        sample.migrations().up();

        assertThat(sample.verification().run()).allMatch(Verification.Finding::clean);
        assertThat(sample.catalogs()).isEqualTo(NEWEST);
    }

    private void startAndKill(TestDatabase database, Random chance) {
        Path output = folder.resolve("node-%d.log".formatted(chance.nextInt(Integer.MAX_VALUE)));
        try (NodeProcess node = NodeProcess.start(
                "migrating",
                MigratingNode.class,
                output,
                List.of(database.jdbcUrl(), database.user(), database.password(), Long.toString(chance.nextLong())))) {
            int steps = chance.nextInt(4);
            Duration further = Duration.ofMillis(1 + chance.nextInt(200));
            await().atMost(LONGEST_START).until(() -> steps(output) >= steps);
            await().pollDelay(further).until(() -> true);
            assertThat(node.isAlive()).as("the node is killed, and did not end").isTrue();
            node.kill();
        }
    }

    private static long steps(Path output) {
        try {
            return Files.exists(output)
                    ? Files.readAllLines(output).stream()
                            .filter(line -> line.startsWith("["))
                            .count()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
