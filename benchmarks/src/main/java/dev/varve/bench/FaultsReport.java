package dev.varve.bench;

import dev.varve.testkit.faults.Breakage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What {@code ./varve bench faults} did and found: printed as it comes, and written as JSON at the end. */
final class FaultsReport {

    private final PrintStream out;
    private final Map<String, Object> document = new LinkedHashMap<>();
    private final List<Map<String, Object>> recoveries = new ArrayList<>();
    private final List<Map<String, Object>> counts = new ArrayList<>();
    private boolean faulty;

    FaultsReport(Map<String, String> environment, PrintStream out) {
        this.out = out;
        document.put("benchmark", "faults");
        document.put("environment", environment);
    }

    void recovered(Breakage breakage, long millis) {
        out.printf("%-16s recovered after %,d ms%n", breakage, millis);
        recoveries.add(Map.of("breakage", breakage.toString(), "millis", millis));
    }

    void inflicted(int nodes, Map<Breakage, Integer> breakages) {
        out.printf("%d nodes, a transaction open all the time in this database and in another; %s%n", nodes, breakages);
        document.put("nodes", nodes);
        document.put("recoveries", recoveries);
    }

    void say(String what, long count) {
        out.printf("%-40s %,14d%n", what, count);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("what", what);
        line.put("count", count);
        counts.add(line);
    }

    void atMost(String what, long count, long allowed) {
        boolean fault = count > allowed;
        faulty |= fault;
        out.printf("%-40s %,14d  at most %,d  %s%n", what, count, allowed, fault ? "FAULT" : "ok");
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("what", what);
        line.put("count", count);
        line.put("atMost", allowed);
        line.put("met", !fault);
        counts.add(line);
    }

    void examples(List<String> faults) {
        faults.forEach(fault -> out.println("  " + fault));
        document.put("examples", faults);
    }

    /** Whether all counts are as they must be. */
    boolean end() {
        out.println(faulty ? "FAULTY" : "no fault");
        document.put("counts", counts);
        document.put("clean", !faulty);
        return !faulty;
    }

    void writeJson(Path file) throws IOException {
        Files.writeString(
                file,
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }
}
