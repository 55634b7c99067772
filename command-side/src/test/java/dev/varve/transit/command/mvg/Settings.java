package dev.varve.transit.command.mvg;

import dev.varve.transit.command.mvg.MvgSettings.CacheSettings;
import dev.varve.transit.command.mvg.MvgSettings.Lifetimes;
import dev.varve.transit.command.mvg.MvgSettings.RecordingSettings;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Settings for tests: the defaults, with short waits. */
final class Settings {

    static final RecordingSettings RECORDING =
            new RecordingSettings(1000, 2, Duration.ofSeconds(10), Duration.ofMillis(1));

    private Settings() {}

    static CacheSettings cache(Duration lockWait) {
        return new CacheSettings(
                lifetimes(30, 300),
                lifetimes(60, 600),
                lifetimes(86_400, 172_800),
                lifetimes(120, 900),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                lockWait,
                1000);
    }

    static MvgSettings mvg(String baseUrl, Duration requestTimeout, DataSize maxAnswer) {
        return new MvgSettings(
                baseUrl,
                "",
                "Varve/test",
                Duration.ofSeconds(2),
                requestTimeout,
                maxAnswer,
                0,
                cache(Duration.ofSeconds(10)),
                RECORDING);
    }

    static MvgSettings mvg(String baseUrl) {
        return mvg(baseUrl, Duration.ofSeconds(10), DataSize.ofMegabytes(1));
    }

    private static Lifetimes lifetimes(int ttl, int staleTtl) {
        return new Lifetimes(Duration.ofSeconds(ttl), Duration.ofSeconds(staleTtl));
    }
}
