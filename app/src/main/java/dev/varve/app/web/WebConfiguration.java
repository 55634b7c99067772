package dev.varve.app.web;

import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.i18n.FixedLocaleResolver;

/** What belongs to no single address. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebSettings.class)
class WebConfiguration {

    /** Messages of broken rules are part of the API: they do not change with the browser's language. */
    @Bean
    LocaleResolver localeResolver() {
        return new FixedLocaleResolver(Locale.ENGLISH);
    }

    /** Last of all, so that a context has said by then with which status it refuses. */
    @Bean
    WebMvcConfigurer nulCharacters() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new NulCharacters()).order(Ordered.LOWEST_PRECEDENCE);
            }
        };
    }

    /** A library that describes the API brings YAML with it, which would be a second way in, past all that JSON is held to. */
    @Bean
    WebMvcConfigurer noYaml() {
        return new WebMvcConfigurer() {
            @Override
            public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
                builder.configureMessageConvertersList(converters -> converters.removeIf(
                        converter -> converter.getSupportedMediaTypes().contains(MediaType.APPLICATION_YAML)));
            }
        };
    }

    /** Before all that refuses, so that a page of a named origin can read why. */
    @Bean
    FilterRegistrationBean<CorsFilter> corsFilter(WebSettings settings) {
        CorsFilter filter = new CorsFilter(origins(settings));
        filter.setCorsProcessor(new DefaultCorsProcessor() {
            @Override
            protected void rejectRequest(ServerHttpResponse response) {
                throw new ProblemException(StandardProblem.FOREIGN_ORIGIN.because("varve.web.allowed-origins does not"
                        + " name the site that it comes from, or its method is not for pages of other sites"));
            }
        });
        FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(RequestLimitsFilter.ORDER - 1);
        return registration;
    }

    /** Off unless origins are named. Without credentials: there are no cookies to send. */
    private static CorsConfigurationSource origins(WebSettings settings) {
        if (settings.allowedOrigins().isEmpty()) {
            return request -> null;
        }
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(settings.allowedOrigins());
        cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
        cors.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        cors.setExposedHeaders(List.of(
                HttpHeaders.CONTENT_RANGE,
                HttpHeaders.ETAG,
                HttpHeaders.LINK,
                HttpHeaders.LOCATION,
                HttpHeaders.RETRY_AFTER,
                "Varve-Position",
                "Idempotency-Replayed",
                "X-Cache-Status",
                "X-Request-Id"));
        return request -> cors;
    }
}
