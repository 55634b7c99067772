package dev.varve.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Measurements taken side by side, and the rows that compare them; only what the wanted rows need is measured. */
final class Contest {

    private static final String NOBODY = "";

    private final Run run;
    private final Map<String, Rounds.Measurement> measurements = new LinkedHashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private int warmUps = 1;

    Contest(Run run) {
        this.run = run;
    }

    /** So many rounds that do not count come first; one unless said otherwise. */
    Contest warmUps(int rounds) {
        warmUps = rounds;
        return this;
    }

    Contest measure(String name, Rounds.Measurement measurement) {
        measurements.put(name, measurement);
        return this;
    }

    /** A row of two measurements, ours and the peer's. */
    Contest row(String what, String unit, String ours, String peerName, String peer, Goal goal) {
        lines.add(new Line(what, unit, ours, peerName, peer, goal));
        return this;
    }

    /** A row of one measurement, whose goal is on our figure alone. */
    Contest row(String what, String unit, String ours, Goal goal) {
        return row(what, unit, ours, NOBODY, NOBODY, goal);
    }

    /** Whether any row of this name is asked for, so that what it needs must be set up. */
    boolean wants(String what) {
        return run.only().matcher(what).find();
    }

    void run() throws Exception {
        List<Line> wanted = lines.stream().filter(line -> wants(line.what)).toList();
        Set<String> needed = new TreeSet<>();
        for (Line line : wanted) {
            needed.add(line.ours);
            needed.add(line.peer);
        }
        Rounds rounds = new Rounds(warmUps, run.rounds());
        measurements.forEach((name, measurement) -> {
            if (needed.contains(name)) {
                rounds.with(name, measurement);
            }
        });
        Map<String, Double> medians = rounds.medians();
        for (Line line : wanted) {
            double peer = line.peer.equals(NOBODY) ? Double.NaN : figure(medians, line.peer);
            run.report().add(new Row(line.what, line.unit, line.peerName, figure(medians, line.ours), peer, line.goal));
        }
    }

    private static double figure(Map<String, Double> medians, String name) {
        return Objects.requireNonNull(medians.get(name), name);
    }

    private record Line(String what, String unit, String ours, String peerName, String peer, Goal goal) {}
}
