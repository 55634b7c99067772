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
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
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

        migrations.up();
        SortedMap<String, String> first = catalogs(database);
        fill(database);
        for (String schema : FILES.schemas().reversed()) {
            for (int version = FILES.pairs(schema).size() - 1; version >= 0; version--) {
                migrations.to(schema, version, RowLoss.ALLOWED);
            }
            assertThat(database.verification().run()).allMatch(Verification.Finding::clean);
        }
        assertThat(database.ask(LEFT_BEHIND)).isNull();
        assertThat(database.ask("SELECT string_agg(pubname, ', ') FROM pg_publication"))
                .isNull();

        migrations.up();
        fill(database);
        assertThat(catalogs(database)).isEqualTo(first);
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

    private static SortedMap<String, String> catalogs(SampleDatabase database) throws SQLException {
        SortedMap<String, String> all = new TreeMap<>();
        for (String schema : FILES.schemas()) {
            all.putAll(database.catalog(schema));
        }
        return all;
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
