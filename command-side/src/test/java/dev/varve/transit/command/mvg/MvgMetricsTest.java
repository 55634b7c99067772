package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class MvgMetricsTest {

    @Test
    void prometheus_sees_the_predecessors_names_labels_and_buckets() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MvgMetrics metrics = new MvgMetrics(registry);

        metrics.cacheEvent("mvg_departures", "hit");
        metrics.cacheRefreshed("mvg_route", 300_000_000);
        metrics.request("station_lookup", "success", 300_000_000);
        metrics.transportRequest("departures", MvgTransportType.UBAHN, "error");

        assertThat(registry.scrape())
                .contains(
                        "bahnvision_cache_events_total{cache=\"mvg_departures\",event=\"hit\"} 1.0",
                        "bahnvision_cache_refresh_seconds_bucket{cache=\"mvg_route\",le=\"0.5\"} 1",
                        "bahnvision_cache_refresh_seconds_bucket{cache=\"mvg_route\",le=\"0.25\"} 0",
                        "bahnvision_cache_refresh_seconds_count{cache=\"mvg_route\"} 1",
                        "bahnvision_mvg_requests_total{endpoint=\"station_lookup\",result=\"success\"} 1.0",
                        "bahnvision_mvg_request_seconds_bucket{endpoint=\"station_lookup\",le=\"0.75\"} 1",
                        "bahnvision_mvg_transport_requests_total{endpoint=\"departures\",result=\"error\","
                                + "transport_type=\"UBAHN\"} 1.0");
    }
}
