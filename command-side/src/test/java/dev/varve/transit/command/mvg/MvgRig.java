package dev.varve.transit.command.mvg;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** The predecessor's API put together over one upstream, with time that a test moves. */
final class MvgRig implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-05-20T11:00:00Z");

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final ManualTicker ticker = new ManualTicker();
    final List<MvgObservation> observations = new CopyOnWriteArrayList<>();
    final MockMvcTester http;

    private final MvgThreads threads = new MvgThreads();
    private final MvgClient client;

    MvgRig(MvgSettings settings) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        MvgMetrics metrics = new MvgMetrics(registry);
        client = new MvgClient(settings, metrics);
        StationLookup lookup = new StationLookup(client);
        MvgController controller = new MvgController(
                settings,
                MvgCaches.of(settings.cache(), metrics, ticker, threads.executor()),
                new DepartureSource(client, lookup, metrics, observations::add, threads.executor(), clock),
                new StationSource(client, observations::add, clock),
                new RouteSource(client, lookup, observations::add, clock),
                clock);
        http = MockMvcTester.create(MockMvcBuilders.standaloneSetup(controller)
                .setControllerAdvice(new MvgProblemAdvice())
                .addInterceptors(new RequestLimit(settings.requestsPerMinute(), ticker))
                .build());
    }

    @Override
    public void close() {
        client.close();
        threads.close();
    }
}
