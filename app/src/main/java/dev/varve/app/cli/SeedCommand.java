package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.command.SampleData;
import dev.varve.command.SampleData.Sown;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Records the sample data of all contexts that have some. */
@CommandGroup(CommandGroup.Heading.LOAD)
@Command(
        name = "seed",
        description = "Record a little sample data to try things with.",
        footer = {"", "Run it as often as you like: what is there already is not recorded again."})
final class SeedCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(names = "--json", description = "Print what was recorded as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = options.openMigrated()) {
            ConfigurableApplicationContext application = Application.withoutWeb(database);
            List<SampleData> all = application
                    .getBeanProvider(SampleData.class)
                    .orderedStream()
                    .toList();
            Map<String, Sown> sown = new LinkedHashMap<>();
            all.forEach(data -> sown.put(data.title(), data.sow(CliActor.name())));
            if (json) {
                out.println(JsonMapper.shared().writeValueAsString(sown));
                out.flush();
                return ExitCode.OK;
            }
            sown.forEach((title, result) -> print(out, title, result));
            return CatchingUp.await(application, out) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private static void print(PrintWriter out, String title, Sown sown) {
        out.println("%s: %d recorded, %d there already".formatted(title, sown.recorded(), sown.unchanged()));
        sown.counts().forEach((by, counts) -> {
            out.println("  by " + by);
            counts.forEach((what, count) -> out.println("    %-20s %d".formatted(what, count)));
        });
        out.flush();
    }
}
