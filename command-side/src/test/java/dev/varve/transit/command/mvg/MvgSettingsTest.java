package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;

class MvgSettingsTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner().withUserConfiguration(Only.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(MvgSettings.class)
    @PropertySource("classpath:/dev/varve/transit/command/mvg/mvg.properties")
    static class Only {}

    @Test
    void the_defaults_are_the_predecessors_and_requests_to_MVG_are_off() {
        context.run(app -> {
            MvgSettings settings = app.getBean(MvgSettings.class);
            assertThat(settings.enabled()).isFalse();
            assertThat(settings.requestsPerMinute()).isZero();
            MvgSettings.CacheSettings cache = settings.cache();
            assertThat(cache.departures()).isEqualTo(lifetimes(30, 300));
            assertThat(cache.stationSearch()).isEqualTo(lifetimes(60, 600));
            assertThat(cache.stationList()).isEqualTo(lifetimes(86_400, 172_800));
            assertThat(cache.route()).isEqualTo(lifetimes(120, 900));
            assertThat(cache.notFoundTtl()).isEqualTo(Duration.ofSeconds(15));
            assertThat(cache.lockTtl()).isEqualTo(Duration.ofSeconds(5));
            assertThat(cache.lockWait()).isEqualTo(Duration.ofSeconds(5));
        });
    }

    @Test
    void the_predecessors_names_are_honoured_and_ours_go_before_them() {
        context.withPropertyValues(
                        "MVG_DEPARTURES_CACHE_TTL_SECONDS=7",
                        "MVG_ROUTE_CACHE_STALE_TTL_SECONDS=77",
                        "REDIS_CACHE_TTL_NOT_FOUND_SECONDS=3",
                        "CACHE_SINGLEFLIGHT_LOCK_WAIT_SECONDS=2.5",
                        "varve.transit.mvg.cache.route.stale-ttl=88s")
                .run(app -> {
                    MvgSettings.CacheSettings cache =
                            app.getBean(MvgSettings.class).cache();
                    assertThat(cache.departures()).isEqualTo(lifetimes(7, 300));
                    assertThat(cache.route()).isEqualTo(lifetimes(120, 88));
                    assertThat(cache.notFoundTtl()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(cache.lockWait()).isEqualTo(Duration.ofMillis(2500));
                });
    }

    @Test
    void the_station_dump_is_on_the_host_of_the_API_unless_said_otherwise() {
        context.withPropertyValues("varve.transit.mvg.base-url=https://www.mvg.de/api/bgw-pt/v3")
                .run(app -> assertThat(app.getBean(MvgSettings.class).stationDumpUrl())
                        .isEqualTo("https://www.mvg.de/.rest/zdm"));
        context.withPropertyValues(
                        "varve.transit.mvg.base-url=https://www.mvg.de/api",
                        "varve.transit.mvg.zdm-url=http://localhost:1/zdm")
                .run(app -> assertThat(app.getBean(MvgSettings.class).stationDumpUrl())
                        .isEqualTo("http://localhost:1/zdm"));
    }

    @Test
    void what_cannot_work_stops_the_start_all_violations_together() {
        context.withPropertyValues(
                        "varve.transit.mvg.base-url=ftp://mvg",
                        "varve.transit.mvg.request-timeout=0s",
                        "varve.transit.mvg.cache.departures.ttl=-1s",
                        "varve.transit.mvg.recording.queue-capacity=0")
                .run(app -> assertThat(app.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("baseUrl")
                        .hasMessageContaining("requestTimeout")
                        .hasMessageContaining("cache.departures.ttl")
                        .hasMessageContaining("recording.queueCapacity"));
    }

    private static MvgSettings.Lifetimes lifetimes(int ttl, int staleTtl) {
        return new MvgSettings.Lifetimes(Duration.ofSeconds(ttl), Duration.ofSeconds(staleTtl));
    }
}
