package dev.varve.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The table of one run, printed as it grows and written as JSON at the end. */
final class Report {

    private static final String LINE = "%-62s %14s %14s %8s %10s  %s%n";

    private final String name;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final List<Row> rows = new ArrayList<>();

    Report(String name, Map<String, String> environment, PrintStream out) {
        this.name = name;
        this.environment = environment;
        this.out = out;
        environment.forEach((key, value) -> out.printf("%s: %s%n", key, value));
        out.printf(LINE, "what", "ours", "peer", "ratio", "goal", "");
    }

    void add(Row row) {
        rows.add(row);
        boolean alone = Double.isNaN(row.peerFigure());
        out.printf(
                LINE,
                row.what() + " [" + row.unit() + (alone ? "" : ", peer " + row.peer()) + "]",
                figure(row.oursFigure()),
                alone ? "-" : figure(row.peerFigure()),
                alone ? "-" : String.format(Locale.ROOT, "%.2fx", row.ratio()),
                row.goal().text(),
                row.met() ? "met" : "SHORT");
    }

    boolean allMet() {
        return rows.stream().allMatch(Row::met);
    }

    void writeJson(Path file) throws java.io.IOException {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("what", row.what());
            line.put("unit", row.unit());
            line.put("ours", row.oursFigure());
            if (!Double.isNaN(row.peerFigure())) {
                line.put("peer", row.peer());
                line.put("peerFigure", row.peerFigure());
                line.put("ratio", row.ratio());
            }
            line.put("goal", row.goal().text());
            line.put("met", row.met());
            lines.add(line);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("benchmark", name);
        document.put("environment", environment);
        document.put("rows", lines);
        Files.writeString(
                file,
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%,.2f" : "%,.0f", value);
    }
}
