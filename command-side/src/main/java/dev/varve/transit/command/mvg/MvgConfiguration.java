package dev.varve.transit.command.mvg;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.varve.eventstore.axon.CommandDispatcher;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.util.AlternativeJdkIdGenerator;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts client, caches, sources and recording together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MvgSettings.class)
@PropertySource("classpath:/dev/varve/transit/command/mvg/mvg.properties")
class MvgConfiguration {

    @Bean
    MvgMetrics mvgMetrics(MeterRegistry registry) {
        return new MvgMetrics(registry);
    }

    @Bean
    MvgClient mvgClient(MvgSettings settings, MvgMetrics metrics) {
        return new MvgClient(settings, metrics);
    }

    @Bean
    MvgThreads mvgThreads() {
        return new MvgThreads();
    }

    @Bean
    MvgCaches mvgCaches(MvgSettings settings, MvgMetrics metrics, MvgThreads threads) {
        return MvgCaches.of(settings.cache(), metrics, Ticker.systemTicker(), threads.executor());
    }

    @Bean
    BackgroundRecording mvgRecording(
            MvgSettings settings, CommandDispatcher dispatcher, MeterRegistry registry, Clock clock) {
        return new BackgroundRecording(
                settings.recording(), dispatcher, registry, clock, new AlternativeJdkIdGenerator());
    }

    @Bean
    DepartureSource mvgDepartures(
            MvgClient client, MvgMetrics metrics, BackgroundRecording recording, MvgThreads threads, Clock clock) {
        return new DepartureSource(client, new StationLookup(client), metrics, recording, threads.executor(), clock);
    }

    @Bean
    StationSource mvgStations(MvgClient client, BackgroundRecording recording, Clock clock) {
        return new StationSource(client, recording, clock);
    }

    @Bean
    RouteSource mvgRoutes(MvgClient client, BackgroundRecording recording, Clock clock) {
        return new RouteSource(client, new StationLookup(client), recording, clock);
    }

    @Bean
    WebMvcConfigurer mvgRequestLimit(MvgSettings settings) {
        RequestLimit limit = new RequestLimit(settings.requestsPerMinute(), Ticker.systemTicker());
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry interceptors) {
                interceptors.addInterceptor(limit).addPathPatterns("/api/v1/mvg/**");
            }
        };
    }
}
