package dev.varve.bench;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What one run of a benchmark is given.
 *
 * @param rounds counted rounds after the warm-up
 * @param duration of one measurement
 * @param largeLog events in the log that stands for a long history
 * @param held for how long a snapshot or transaction stays open that must not matter
 * @param only rows whose text this finds anywhere are measured, the others are left out
 */
record Run(
        DurableServer server,
        Report report,
        int rounds,
        Duration duration,
        long largeLog,
        Duration held,
        Pattern only) {}
