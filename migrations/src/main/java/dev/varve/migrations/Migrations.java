package dev.varve.migrations;

import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings a database's schemas up to date.
 *
 * <p>Every folder below {@code db/migration} is a schema of the same name with a history of its own, so that a context
 * is added, migrated and rolled back without touching another. The engine's schemas come first, because contexts may
 * refer to them and never the other way round.
 */
public final class Migrations {

    private static final String LOCATION = "db/migration";

    private final DataSource dataSource;

    public Migrations(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Runs what is missing, schema by schema.
     *
     * @return what was run, in order; empty if everything was there
     */
    public List<AppliedMigration> up() {
        List<AppliedMigration> applied = new ArrayList<>();
        for (String schema : Schemas.inOrder(LOCATION)) {
            flyway(schema).migrate().migrations.stream()
                    .map(m -> new AppliedMigration(schema, m.version, m.description))
                    .forEach(applied::add);
        }
        return List.copyOf(applied);
    }

    private Flyway flyway(String schema) {
        return Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:" + LOCATION + "/" + schema)
                .schemas(schema)
                .defaultSchema(schema)
                .table("schema_history")
                .cleanDisabled(true)
                .load();
    }
}
