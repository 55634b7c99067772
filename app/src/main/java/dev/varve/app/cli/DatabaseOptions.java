package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.migrations.Migrations;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Says which database a command works on: the embedded one of a data directory, or any PostgreSQL by its address.
 *
 * <p>Take it as a {@code @Mixin}. It is inherited by subcommands, so the options may stand before or after their names.
 */
public final class DatabaseOptions {

    private static final Path DEFAULT_FOLDER = Path.of("data");

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where the embedded PostgreSQL keeps its data (default: ./data).")
    private @Nullable Path dataDir;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = {
                "A PostgreSQL of your own (15 to 18) instead, e.g. jdbc:postgresql://host:5432/varve.",
                "Its password is read from VARVE_DATABASE_PASSWORD; VARVE_DATABASE_URL and VARVE_DATABASE_USER are read if these options are absent."
            })
    private @Nullable String databaseUrl;

    @Option(names = "--database-user", paramLabel = "USER", scope = ScopeType.INHERIT, description = "Who to be there.")
    private @Nullable String databaseUser;

    /** Starts or attaches to the database; close it when the command is done. */
    public Database open() {
        @Nullable String url = url();
        if (url != null) {
            return Database.external(url, user(), environment("VARVE_DATABASE_PASSWORD"));
        }
        return Database.embedded(folder());
    }

    /**
     * As {@link #open()}, with the schemas of this release: the embedded database is brought up to date, any other must
     * have been.
     *
     * @throws OperatorError if it has not
     */
    public Database openMigrated() {
        Database database = open();
        try {
            Migrations migrations = new Migrations(database.dataSource());
            if (database.isEmbedded()) {
                migrations.up();
            } else if (!migrations.upToDate()) {
                throw new OperatorError(
                        "the schemas of %s are not those of this release: see ./varve migrate status, then run ./varve migrate up"
                                .formatted(database.jdbcUrl()));
            }
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The data directory; meaningful when {@link #isEmbedded()}. */
    public Path folder() {
        return dataDir == null ? DEFAULT_FOLDER : dataDir;
    }

    /** Whether the database is the one in a data directory. */
    public boolean isEmbedded() {
        return url() == null;
    }

    private @Nullable String url() {
        if (databaseUrl != null && dataDir != null) {
            throw wrong("--data-dir and --database-url exclude each other");
        }
        if (databaseUrl == null && dataDir != null) {
            return null;
        }
        @Nullable String url = databaseUrl == null ? environment("VARVE_DATABASE_URL") : databaseUrl;
        if (url == null) {
            return null;
        }
        String withScheme = url.startsWith("postgresql:") ? "jdbc:" + url : url;
        if (!withScheme.startsWith("jdbc:postgresql:")) {
            throw wrong("--database-url must begin with jdbc:postgresql:");
        }
        return withScheme;
    }

    private @Nullable String user() {
        return databaseUser == null ? environment("VARVE_DATABASE_USER") : databaseUser;
    }

    private static @Nullable String environment(String name) {
        @Nullable String value = System.getenv(name);
        return value == null || value.isBlank() ? null : value;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
