package dev.varve.app.cli;

import dev.varve.app.database.Database;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says how things stand. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "status", description = "Show database, schema versions, log position and projections.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Override
    public Integer call() {
        try (Database database = options.open()) {
            System.out.println(database.jdbcUrl() + " " + database.wasRunning());
            return 0;
        }
    }
}
