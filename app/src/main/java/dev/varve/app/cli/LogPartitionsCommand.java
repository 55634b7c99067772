package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.eventstore.maintenance.LogPartition;
import dev.varve.eventstore.maintenance.LogPartitions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Lists what the log and the outbox consist of. */
@Command(name = "partitions", description = "List the partitions of the log and the outbox.")
final class LogPartitionsCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(names = "--json", description = "As one JSON array, for programs.")
    private boolean json;

    @Override
    public Integer call() throws SQLException {
        try (Database database = options.open();
                Connection connection = database.dataSource().getConnection()) {
            List<LogPartition> partitions = LogPartitions.all(connection);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonMapper.shared().writeValueAsString(partitions));
            } else {
                print(out, partitions);
            }
            out.flush();
            return ExitCode.OK;
        }
    }

    private static void print(PrintWriter out, List<LogPartition> partitions) {
        out.printf("%-17s %-23s %-8s %12s %9s  %s%n", "TABLE", "POSITIONS", "STATE", "ROWS", "SIZE", "INDEXES");
        for (LogPartition partition : partitions) {
            out.printf(
                    "%-17s %-23s %-8s %12d %9s  %s%n",
                    partition.table(),
                    partition.from() + "-" + partition.to(),
                    partition.state().name().toLowerCase(Locale.ROOT),
                    partition.rows(),
                    size(partition.bytes()),
                    String.join(" ", partition.indexes()));
        }
    }

    private static String size(long bytes) {
        return bytes < 10L << 20 ? (bytes >> 10) + " kB" : (bytes >> 20) + " MB";
    }
}
