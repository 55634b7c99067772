package dev.varve.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.faults.Breakage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of what {@code ./varve bench faults} runs for as long as one likes. */
@Timeout(180)
class FaultsBenchIT {

    @TempDir
    Path folder;

    @Test
    void nothing_is_lost_doubled_or_late_whatever_breaks() throws Exception {
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(report, true, StandardCharsets.UTF_8);

        boolean clean = new FaultsBench(folder, 2, new FaultsReport(Map.of(), out))
                .run(Duration.ZERO, Duration.ofMillis(300), List.of(Breakage.values()));

        assertThat(clean).as(report.toString(StandardCharsets.UTF_8)).isTrue();
    }
}
