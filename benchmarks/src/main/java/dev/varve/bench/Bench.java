package dev.varve.bench;

import dev.varve.testkit.faults.Breakage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./varve bench NAME}: measures ours beside the peers on a durable PostgreSQL of its own. */
@Command(
        name = "varve bench",
        mixinStandardHelpOptions = true,
        description = "Measures ours beside the peers: one run, one table; fsync on.")
final class Bench implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "Which benchmark: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call(), or refuses the command line
    private Name name;

    @Option(names = "--rounds", defaultValue = "3", description = "Counted rounds after the warm-up (default: 3).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "2", description = "Length of one measurement (default: 2).")
    private int seconds;

    @Option(
            names = "--large-log",
            paramLabel = "EVENTS",
            defaultValue = "2000000",
            description = "Size of the log that stands for a long history (default: 2000000; 20000000 takes 15 GB).")
    private long largeLog;

    @Option(
            names = "--held",
            paramLabel = "DURATION",
            defaultValue = "PT10S",
            description = "How long a snapshot is held beside the relay (default: PT10S; the long form: PT5M).")
    private Duration held = Duration.ZERO;

    @Option(
            names = "--only",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "Only rows whose text this finds, such as '8 callers'.")
    private Pattern only = Pattern.compile("");

    @Option(names = "--json", paramLabel = "FILE", description = "Write the table as JSON, too.")
    private @Nullable Path json;

    @Option(
            names = "--minutes",
            defaultValue = "2",
            description = "How long 'faults' breaks things (default: 2); it exits with 1 on any fault.")
    private int minutes;

    @Option(names = "--strict", description = "Exit with 1 when a row is short of its goal.")
    private boolean strict;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        return name == Name.FAULTS ? breakThings() : measure();
    }

    private int breakThings() throws Exception {
        Path folder = Files.createTempDirectory("varve-faults-");
        FaultsReport report = new FaultsReport(environment(), System.out);
        boolean clean = new FaultsBench(folder, 2, report)
                .run(Duration.ofMinutes(minutes), Duration.ofSeconds(3), List.of(Breakage.values()));
        if (json != null) {
            report.writeJson(json);
        }
        System.out.println((clean ? "Journals and data can be removed: " : "Journals and data: ") + folder);
        return clean ? 0 : 1;
    }

    private int measure() throws Exception {
        try (DurableServer server = new DurableServer()) {
            Map<String, String> environment = environment();
            environment.put("database", server.description());
            Report report = new Report(name.toString(), environment, System.out);
            Run run = new Run(server, report, rounds, Duration.ofSeconds(seconds), largeLog, held, only);
            switch (name) {
                case EVENT_STORE -> new EventStoreBench(run).run();
                case OUTBOX -> new OutboxBench(run).run();
                case PROJECTIONS -> new ProjectionsBench(run).run();
                case CLINICAL -> new ClinicalBench(run).run();
                case IMPORTS -> new ImportsBench(run).run();
                case BACKUP -> new BackupBench(run).run();
                case FAULTS -> throw new IllegalStateException("this benchmark has no rows");
            }
            if (json != null) {
                report.writeJson(json);
            }
            return strict && !report.allMet() ? 1 : 0;
        }
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("java", Runtime.version().toString());
        environment.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        environment.put("heap", Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MiB");
        environment.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return environment;
    }

    /** The benchmarks there are. */
    enum Name {
        EVENT_STORE,
        OUTBOX,
        PROJECTIONS,
        CLINICAL,
        IMPORTS,
        BACKUP,
        FAULTS;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}
