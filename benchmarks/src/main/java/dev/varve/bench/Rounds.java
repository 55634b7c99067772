package dev.varve.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes several measurements in turn, round by round, so that a machine that slows down meanwhile slows all of them.
 *
 * <p>The first ones warm up and are not counted; the median of the others is the figure.
 */
final class Rounds {

    private final int warmUps;
    private final int counted;
    private final Map<String, Measurement> measurements = new LinkedHashMap<>();

    Rounds(int counted) {
        this(1, counted);
    }

    /** @param warmUps rounds before those that are counted */
    Rounds(int warmUps, int counted) {
        this.warmUps = warmUps;
        this.counted = counted;
    }

    Rounds with(String name, Measurement measurement) {
        measurements.put(name, measurement);
        return this;
    }

    /** The median of each measurement, by its name. */
    Map<String, Double> medians() throws Exception {
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        for (int round = 0; round < warmUps + counted; round++) {
            for (Map.Entry<String, Measurement> entry : measurements.entrySet()) {
                double figure = entry.getValue().measure();
                if (round >= warmUps) {
                    figures.computeIfAbsent(entry.getKey(), name -> new ArrayList<>())
                            .add(figure);
                }
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        figures.forEach((name, values) -> medians.put(name, median(values)));
        return medians;
    }

    /** @param quantile between 0 and 1 */
    static double quantile(List<Double> values, double quantile) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Does the work once and says its figure. */
    @FunctionalInterface
    interface Measurement {
        double measure() throws Exception;
    }
}
