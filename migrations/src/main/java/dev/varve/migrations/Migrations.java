package dev.varve.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.output.MigrateOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database's schemas up to date, and back.
 *
 * <p>Every folder below {@code varve/migration} is a schema of the same name with a history of its own, so that a context
 * is added, migrated and rolled back without touching another. The engine's schemas come first, because contexts may
 * refer to them and never the other way round. Several nodes may call this at once: one works, the others wait and find
 * nothing to do.
 *
 * <p>Each version runs in one transaction together with its line in the history. Sessions keep the time-outs of a
 * migration afterwards, so this takes a plain data source, not a pool that others share.
 */
public final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /** Not where an application's own Flyway looks by itself, which would take our files for its own. */
    static final String LOCATION = "varve/migration";

    /** What an application needs that has the engine as a library; the other schemas are the server's and its contexts'. */
    public static final Set<String> OF_THE_ENGINE = Set.of("event_store", "outbox", "projection");

    private static final String TAKEN_BACK = "Taken back";

    private static final String PUBLICATIONS = """
            SELECT quote_ident(p.pubname)
            FROM pg_publication p
            JOIN pg_publication_rel r ON r.prpubid = p.oid
            JOIN pg_class c ON c.oid = r.prrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            GROUP BY p.pubname
            HAVING bool_and(n.nspname = ?)
            """;

    private final DataSource dataSource;
    private final MigrationFiles files;
    private final Timeouts timeouts;

    public Migrations(DataSource dataSource) {
        this(dataSource, Timeouts.DEFAULT);
    }

    public Migrations(DataSource dataSource, Timeouts timeouts) {
        this(dataSource, timeouts, new MigrationFiles(LOCATION));
    }

    Migrations(DataSource dataSource, Timeouts timeouts, MigrationFiles files) {
        this.dataSource = ShortUrl.of(dataSource);
        this.timeouts = timeouts;
        this.files = files;
    }

    /** The schemas that this release has migrations for, in the order in which they are migrated. */
    public List<String> schemas() {
        return files.schemas();
    }

    /**
     * Runs what is missing, schema by schema.
     *
     * @return what was run, in order; empty if everything was there
     * @throws MigrationFailed if one could not be run; those before it stay
     */
    public List<AppliedMigration> up() {
        return run(files.schemas());
    }

    /**
     * The same for some schemas; only reads where nothing is missing, so whoever calls it then needs no right to change them.
     *
     * @param schemas some of {@link #schemas}
     * @throws IllegalArgumentException if one of them has no files
     */
    public List<AppliedMigration> up(Set<String> schemas) {
        schemas.forEach(files::pairs);
        List<String> wanted = files.schemas().stream().filter(schemas::contains).toList();
        boolean nothingIsMissing =
                runAsWritten(wanted) || wanted.stream().map(this::status).allMatch(SchemaStatus::upToDate);
        return nothingIsMissing ? List.of() : run(wanted);
    }

    /**
     * Whether each history has these files and no others. An application asks at each start, when Flyway would take most of
     * a second to be there; it is asked where this says no, because a schema may be up to date in other ways, too.
     */
    private boolean runAsWritten(List<String> schemas) {
        try (Connection connection = dataSource.getConnection()) {
            for (String schema : schemas) {
                if (!History.checksums(connection, schema).equals(files.checksums(schema))) {
                    return false;
                }
            }
            return true;
        } catch (SQLException e) {
            throw new MigrationFailed("the state of the schemas cannot be read: " + e.getMessage(), e);
        }
    }

    private List<AppliedMigration> run(List<String> schemas) {
        List<AppliedMigration> applied = new ArrayList<>();
        try (MigrationLock lock = MigrationLock.take(dataSource)) {
            for (String schema : schemas) {
                up(lock, schema, "latest", applied);
            }
        } catch (SQLException e) {
            throw new MigrationFailed("the database could not be migrated: " + e.getMessage(), e);
        }
        return List.copyOf(applied);
    }

    /** Brings one schema up or down to a version; 0 removes it. */
    public List<AppliedMigration> to(String schema, int version, RowLoss rowLoss) {
        List<MigrationPair> pairs = files.pairs(schema);
        if (version < 0 || version > pairs.size()) {
            throw new IllegalArgumentException(
                    "schema %s has versions 0 to %d, not %d".formatted(schema, pairs.size(), version));
        }
        try (MigrationLock lock = MigrationLock.take(dataSource)) {
            int current = current(lock.connection(), schema);
            if (version <= current) {
                return down(lock, schema, current - version, rowLoss);
            }
            List<AppliedMigration> applied = new ArrayList<>();
            up(lock, schema, Integer.toString(version), applied);
            return List.copyOf(applied);
        } catch (SQLException e) {
            throw new MigrationFailed("schema %s could not be migrated: %s".formatted(schema, e.getMessage()), e);
        }
    }

    /**
     * Takes back a schema's newest versions, each in a transaction of its own.
     *
     * @param count how many; more than there are takes back all
     * @return what was taken back, newest first
     * @throws MigrationFailed if a file failed, or would have lost rows and may not
     */
    public List<AppliedMigration> down(String schema, int count, RowLoss rowLoss) {
        files.pairs(schema);
        try (MigrationLock lock = MigrationLock.take(dataSource)) {
            return down(lock, schema, count, rowLoss);
        } catch (SQLException e) {
            throw new MigrationFailed("schema %s could not be taken back: %s".formatted(schema, e.getMessage()), e);
        }
    }

    /**
     * Takes back what was run last, whichever schemas that was in.
     *
     * @return what was taken back, newest first
     */
    public List<AppliedMigration> downLast(int count, RowLoss rowLoss) {
        List<AppliedMigration> takenBack = new ArrayList<>();
        for (MigrationPair pair : newestFirst().limit(count).toList()) {
            try {
                takenBack.addAll(down(pair.schema(), 1, rowLoss));
            } catch (MigrationFailed e) {
                throw e.after(TAKEN_BACK, takenBack);
            }
        }
        return List.copyOf(takenBack);
    }

    /** Each version that was run, the last run first. */
    private Stream<MigrationPair> newestFirst() {
        record Run(int order, MigrationPair pair, Instant at) {}
        List<Run> runs = new ArrayList<>();
        for (SchemaStatus status : status()) {
            int order = schemas().indexOf(status.schema());
            List<MigrationPair> pairs = files.pairs(status.schema());
            for (SchemaStatus.Step step : status.steps()) {
                if (step.version() > 0 && step.installedOn() != null) {
                    files.requireKnown(status.schema(), step.version());
                    runs.add(new Run(order, pairs.get(step.version() - 1), step.installedOn()));
                }
            }
        }
        return runs.stream()
                .sorted(Comparator.comparing(Run::at)
                        .thenComparingInt(Run::order)
                        .thenComparingInt(run -> run.pair().version())
                        .reversed())
                .map(Run::pair);
    }

    /** Drops every schema of ours with all that is in it, and makes them anew. */
    public List<AppliedMigration> reset() {
        try (MigrationLock lock = MigrationLock.take(dataSource);
                Statement statement = lock.connection().createStatement()) {
            statement.execute(timeouts.settings());
            for (String schema : schemas().reversed()) {
                dropPublications(lock.connection(), schema);
                statement.execute("DROP SCHEMA IF EXISTS %s CASCADE".formatted(schema));
                LOG.info("schema dropped schema={}", schema);
            }
        } catch (SQLException e) {
            throw new MigrationFailed("the schemas could not be dropped: " + e.getMessage(), e);
        }
        return up();
    }

    /** A publication belongs to the database and outlives the tables it names; one of a schema's tables alone goes with it. */
    private static void dropPublications(Connection connection, String schema) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(PUBLICATIONS)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            for (String name : names) {
                statement.execute("DROP PUBLICATION " + name);
            }
        }
    }

    /** How far each schema has come. Changes nothing. */
    public List<SchemaStatus> status() {
        return files.schemas().stream().map(this::status).toList();
    }

    /**
     * The version of each schema that has one, from the histories alone: nothing is compared with the files.
     *
     * @throws SQLException if the database does not answer
     */
    public SortedMap<String, Integer> versions() throws SQLException {
        SortedMap<String, Integer> versions = new TreeMap<>();
        try (Connection connection = dataSource.getConnection()) {
            for (String schema : files.schemas()) {
                SortedMap<Integer, String> run = History.versions(connection, schema);
                if (!run.isEmpty()) {
                    versions.put(schema, run.lastKey());
                }
            }
        }
        return versions;
    }

    /** True if every schema is exactly what this release expects. */
    public boolean upToDate() {
        return status().stream().allMatch(SchemaStatus::upToDate);
    }

    /** The SQL that {@link #up()} would run now, in order. */
    public List<PlannedScript> plannedUp() {
        List<PlannedScript> plan = new ArrayList<>();
        for (SchemaStatus status : status()) {
            List<MigrationPair> pairs = files.pairs(status.schema());
            for (SchemaStatus.Step step : status.pending()) {
                pairs.stream()
                        .filter(pair -> pair.version() == step.version())
                        .map(pair -> new PlannedScript(pair.upFile(), pair.up()))
                        .forEach(plan::add);
            }
            files.repeatables(status.schema()).forEach((file, text) -> {
                if (status.pending().stream().anyMatch(step -> file.equals("R__" + step.name() + ".sql"))) {
                    plan.add(new PlannedScript(status.schema() + "/" + file, text));
                }
            });
        }
        return plan;
    }

    /** The SQL that {@link #down} would run now, in order. */
    public List<PlannedScript> plannedDown(String schema, int count) {
        int current = status(schema).current();
        return files.pairs(schema).reversed().stream()
                .filter(pair -> pair.version() <= current && pair.version() > current - count)
                .map(pair -> new PlannedScript(pair.downFile(), pair.down()))
                .toList();
    }

    /** The SQL that {@link #downLast} would run now, in order. */
    public List<PlannedScript> plannedDownLast(int count) {
        return newestFirst()
                .limit(count)
                .map(pair -> new PlannedScript(pair.downFile(), pair.down()))
                .toList();
    }

    /** @param applied gets what was run, and names it if something fails */
    private void up(MigrationLock lock, String schema, String target, List<AppliedMigration> applied)
            throws SQLException {
        boolean wasThere = History.schemaExists(lock.connection(), schema);
        int before = current(lock.connection(), schema);
        files.requireKnown(schema, before);
        try {
            flyway(schema, target).migrate().migrations.stream()
                    .map(migration -> applied(schema, migration))
                    .forEach(applied::add);
        } catch (FlywayException e) {
            History.forgetFailed(lock.connection(), schema);
            int reached = current(lock.connection(), schema);
            if (!wasThere && reached == 0) {
                removeEmpty(lock.connection(), schema);
            }
            files.pairs(schema).stream()
                    .filter(pair -> pair.version() > before && pair.version() <= reached)
                    .map(Migrations::applied)
                    .forEach(applied::add);
            throw Failures.ofUp(schema, e).after("Run", applied);
        }
    }

    private List<AppliedMigration> down(MigrationLock lock, String schema, int count, RowLoss rowLoss)
            throws SQLException {
        Downgrade downgrade = new Downgrade(lock.connection(), timeouts, rowLoss);
        List<AppliedMigration> takenBack = new ArrayList<>();
        int current = current(lock.connection(), schema);
        files.requireKnown(schema, current);
        for (MigrationPair pair : files.pairs(schema).reversed()) {
            if (pair.version() <= current && pair.version() > current - count) {
                try {
                    downgrade.run(pair);
                } catch (MigrationFailed e) {
                    throw e.after(TAKEN_BACK, takenBack);
                }
                LOG.info("migration taken back schema={} version={}", schema, pair.version());
                takenBack.add(applied(pair));
            }
        }
        return List.copyOf(takenBack);
    }

    private static int current(Connection connection, String schema) throws SQLException {
        var versions = History.versions(connection, schema);
        return versions.isEmpty() ? 0 : versions.lastKey();
    }

    private static void removeEmpty(Connection connection, String schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS %s.%s".formatted(schema, History.TABLE));
            statement.execute("DROP SCHEMA IF EXISTS %s RESTRICT".formatted(schema));
        }
    }

    private static AppliedMigration applied(String schema, MigrateOutput output) {
        return new AppliedMigration(schema, output.version, output.description);
    }

    private static AppliedMigration applied(MigrationPair pair) {
        return new AppliedMigration(
                pair.schema(),
                Integer.toString(pair.version()),
                pair.description().replace('_', ' '));
    }

    SchemaStatus status(String schema) {
        try {
            return new SchemaStatus(
                    schema,
                    Arrays.stream(flyway(schema, "latest").info().all())
                            .filter(info -> info.getState() != MigrationState.SUPERSEDED
                                    && !info.getType().isSynthetic())
                            .map(Migrations::step)
                            .toList());
        } catch (FlywayException e) {
            throw new MigrationFailed("the state of schema %s cannot be read: %s".formatted(schema, e.getMessage()), e);
        }
    }

    private static SchemaStatus.Step step(MigrationInfo info) {
        SchemaStatus.State state = switch (info.getState()) {
            case PENDING, OUTDATED, AVAILABLE -> SchemaStatus.State.PENDING;
            case SUCCESS -> info.isChecksumMatching() ? SchemaStatus.State.APPLIED : SchemaStatus.State.CHANGED;
            default -> SchemaStatus.State.UNKNOWN;
        };
        Date installedOn = info.getInstalledOn();
        return new SchemaStatus.Step(
                info.isVersioned() ? Integer.parseInt(info.getVersion().getVersion()) : 0,
                info.getDescription(),
                state,
                installedOn == null ? null : installedOn.toInstant());
    }

    private Flyway flyway(String schema, String target) {
        return Flyway.configure()
                .dataSource(dataSource)
                .locations(files.flywayLocation(schema))
                .schemas(schema)
                .defaultSchema(schema)
                .table(History.TABLE)
                .target(target)
                .initSql(timeouts.settings())
                // SQL is run as it is written: a dollar and a brace in a function body mean nothing here.
                .placeholderReplacement(false)
                // Nodes are kept apart by MigrationLock; Flyway's own lock would hold a transaction open, in which no
                // index can be built concurrently.
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .loggers("slf4j")
                .cleanDisabled(true)
                .load();
    }
}
