package dev.varve.query.jooq;

import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Strategy;
import org.jooq.meta.jaxb.Target;

/**
 * Writes the jOOQ classes of every context's read models from the migrations, run on a database of its own:
 * {@code ./mvnw -q -pl query-side -am test-compile exec:java}. They are tracked; {@link GeneratedTablesIT} fails
 * when they differ from what the migrations make.
 */
public final class GenerateTables {

    private static final Set<String> NOT_OF_A_CONTEXT =
            Set.of("event_store", "outbox", "projection", "varve", "public", "pg_catalog", "information_schema");

    private GenerateTables() {}

    /** @param arguments the folder of the sources, for example {@code query-side/src/generated/java} */
    public static void main(String[] arguments) throws Exception {
        into(Path.of(arguments[0]));
    }

    static void into(Path sources) throws Exception {
        TestDatabase database = TestDatabase.migrated();
        for (String schema : contexts(database)) {
            GenerationTool.generate(configuration(database, schema, sources));
        }
    }

    private static List<String> contexts(TestDatabase database) throws SQLException {
        List<String> schemas = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection()) {
            DatabaseMetaData metaData = connection.getMetaData();
            try (ResultSet rows = metaData.getSchemas()) {
                while (rows.next()) {
                    String schema = rows.getString("TABLE_SCHEM");
                    if (!NOT_OF_A_CONTEXT.contains(schema) && !schema.startsWith("pg_")) {
                        schemas.add(schema);
                    }
                }
            }
        }
        return schemas;
    }

    private static Configuration configuration(TestDatabase database, String schema, Path sources) throws IOException {
        Files.createDirectories(sources);
        return new Configuration()
                .withLogging(Logging.WARN)
                .withJdbc(new Jdbc()
                        .withUrl(database.jdbcUrl())
                        .withUser(database.user())
                        .withPassword(database.password()))
                .withGenerator(new Generator()
                        .withStrategy(new Strategy().withName(OnePackage.class.getName()))
                        .withDatabase(new Database()
                                .withName("org.jooq.meta.postgres.PostgresDatabase")
                                .withInputSchema(schema)
                                .withExcludes("schema_history")
                                .withIncludeRoutines(false)
                                .withIncludeSequences(false)
                                .withForcedTypes(new ForcedType()
                                        .withName("INSTANT")
                                        .withIncludeTypes("timestamp with time zone|timestamptz")))
                        .withGenerate(new Generate()
                                .withRecords(false)
                                .withIndexes(false)
                                .withComments(false)
                                .withGlobalCatalogReferences(false)
                                .withDefaultCatalog(false))
                        .withTarget(new Target()
                                .withPackageName("dev.varve." + schema + ".query.generated")
                                .withDirectory(sources.toString())
                                .withEncoding("UTF-8")));
    }
}
