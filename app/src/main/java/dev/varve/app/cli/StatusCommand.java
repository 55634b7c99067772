package dev.varve.app.cli;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.postgres.EmbeddedPostgres;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Says how things stand. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(
        name = "status",
        description = "Show database, server, schemas, log and projections.",
        footer = {"", "An embedded PostgreSQL that does not run is started to answer, and stopped again."})
final class StatusCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(names = "--json", description = "As one JSON object, for programs.")
    private boolean json;

    @Override
    public Integer call() throws SQLException {
        if (options.isEmbedded() && !EmbeddedPostgres.existsIn(options.folder())) {
            throw new OperatorError("there is no database in %s yet: ./varve demo or ./varve serve makes one"
                    .formatted(options.folder().toAbsolutePath().normalize()));
        }
        try (Database database = options.open()) {
            StatusReport report = StatusReport.of(database);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonMapper.shared().writeValueAsString(report));
                out.flush();
            } else {
                report.printTo(out);
            }
            return ExitCode.OK;
        }
    }
}
