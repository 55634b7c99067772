package dev.varve.migrations;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that migrates up and down by chance, and never ends unless somebody ends it. */
final class MigratingNode {

    private MigratingNode() {}

    /** @param arguments URL, user and password of the database, and the seed of the chance */
    public static void main(String[] arguments) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        dataSource.setUser(arguments[1]);
        dataSource.setPassword(arguments[2]);
        Random chance = new Random(Long.parseLong(arguments[3]));
        MigrationFiles files = new MigrationFiles(Migrations.LOCATION);
        Migrations migrations = new Migrations(dataSource);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        while (true) {
            out.println(step(migrations, files, chance));
        }
    }

    static List<AppliedMigration> step(Migrations migrations, MigrationFiles files, Random chance) {
        if (chance.nextInt(3) == 0) {
            return migrations.up();
        }
        List<String> schemas = files.schemas();
        String schema = schemas.get(chance.nextInt(schemas.size()));
        return migrations.to(schema, chance.nextInt(files.pairs(schema).size() + 1), RowLoss.ALLOWED);
    }
}
