package dev.varve.app.cli;

import dev.varve.app.operator.OperatorError;
import picocli.CommandLine.Command;

/** Stands here for its help; the launcher does it itself, because it works on the sources. */
@CommandGroup(CommandGroup.Heading.DEVELOP)
@Command(
        name = "bench",
        description = "Measure ours beside the peers on a durable PostgreSQL:"
                + " ./varve bench event-store, outbox, projections, imports, backup, clinical or faults.",
        footer = {
            "",
            "Options: --rounds N, --seconds N, --json FILE, --strict (exit 1 when a row is short of its goal)."
        })
final class BenchCommand implements Runnable {

    @Override
    public void run() {
        throw new OperatorError("only the launcher can do that: run ./varve bench");
    }
}
