package dev.varve.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Every schema that is shipped, with rows in every table, on every PostgreSQL that is supported. */
class EveryPostgresIT {

    private static final MigrationFiles FILES = new MigrationFiles(Migrations.LOCATION);

    private static final String EMPTY_TABLES = """
            SELECT string_agg(c.oid::regclass::text, ', ')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = '%s' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'schema_history'
              AND (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || c.oid::regclass, false, true, '')))[1]::text = '0'
            """;

    private static final String LEFT_BEHIND = """
            SELECT string_agg(nspname, ', ') FROM pg_namespace
            WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')
            """;

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17})
    void up_down_with_rows_and_up_again_make_the_same(int major) throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setPGStartupWait(TestDatabase.STARTUP_WAIT)
                .setPgBinaryResolver((system, hardware) -> archive(major))
                .start()) {
            upDownAndUp(major, (PGSimpleDataSource) server.getPostgresDatabase());
        }
    }

    @Test
    void the_newest_too() throws Exception {
        upDownAndUp(18, TestDatabase.empty().dataSource());
    }

    private static void upDownAndUp(int major, PGSimpleDataSource dataSource) throws Exception {
        SampleDatabase database = new SampleDatabase(dataSource, FILES);
        assertThat(database.ask("SHOW server_version")).startsWith(major + ".");
        Migrations migrations = database.migrations();

        Map<String, SortedMap<String, String>> climbed = climb(database);
        SortedMap<String, String> top = database.catalogs();
        assertThat(database.verification().run()).allMatch(Verification.Finding::clean);

        fill(database);
        for (String schema : FILES.schemas().reversed()) {
            for (int version = FILES.pairs(schema).size() - 1; version >= 0; version--) {
                migrations.to(schema, version, RowLoss.ALLOWED);
                migrations.to(schema, version + 1, RowLoss.REFUSED);
                migrations.to(schema, version, RowLoss.ALLOWED);
                assertThat(database.catalog(schema))
                        .as("%s, back at version %d", schema, version)
                        .isEqualTo(climbed.get(schema + version));
            }
        }
        assertThat(database.ask(LEFT_BEHIND)).isNull();
        assertThat(database.ask("SELECT string_agg(pubname, ', ') FROM pg_publication"))
                .isNull();

        migrations.up();
        fill(database);
        assertThat(database.catalogs()).isEqualTo(top);
    }

    /** What each schema is at each of its versions, on the way up from nothing. */
    private static Map<String, SortedMap<String, String>> climb(SampleDatabase database) throws SQLException {
        Map<String, SortedMap<String, String>> catalogs = new HashMap<>();
        for (String schema : FILES.schemas()) {
            for (int version = 0; version <= FILES.pairs(schema).size(); version++) {
                database.migrations().to(schema, version, RowLoss.REFUSED);
                catalogs.put(schema + version, database.catalog(schema));
            }
        }
        return catalogs;
    }

    private static void fill(SampleDatabase database) throws IOException, SQLException {
        for (String schema : FILES.schemas()) {
            String file = "/db/rows/" + schema + ".sql";
            try (InputStream rows = EveryPostgresIT.class.getResourceAsStream(file)) {
                assertThat(rows).as("rows for schema %s: %s", schema, file).isNotNull();
                database.execute(new String(Objects.requireNonNull(rows).readAllBytes(), StandardCharsets.UTF_8));
            }
            assertThat(database.ask(EMPTY_TABLES.formatted(schema)))
                    .as("tables for which %s has no row", file)
                    .isNull();
        }
    }

    /** The build puts the archives there: each has the same name inside, so they cannot stand on one class path. */
    private static InputStream archive(int major) throws IOException {
        ZipInputStream jar = new ZipInputStream(Files.newInputStream(Path.of("target/older-postgres", major + ".jar")));
        @Nullable ZipEntry entry;
        while ((entry = jar.getNextEntry()) != null) {
            if (entry.getName().endsWith(".txz")) {
                return jar;
            }
        }
        jar.close();
        throw new FileNotFoundException("no PostgreSQL in the archive for version " + major);
    }
}
