package dev.varve.app.security;

import dev.varve.app.database.DatabaseWatch;
import dev.varve.app.problem.ProblemAnswers;
import dev.varve.app.problem.ProblemWriter;
import dev.varve.app.problem.StandardProblem;
import dev.varve.app.web.WebSettings;
import dev.varve.query.OpenAddresses;
import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.CacheControlConfig;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;

/** The rules: which role opens which addresses. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class SecurityConfiguration {

    /** Their pages say themselves how long they are good; some for ever. */
    private static final String FEEDS = "/feed/**";

    @Bean
    ApiKeys apiKeys(DataSource dataSource) {
        return new ApiKeys(dataSource);
    }

    @Bean
    SecurityFilterChain rules(
            HttpSecurity http,
            SecuritySettings settings,
            WebSettings web,
            ApiKeys keys,
            Clock clock,
            Environment environment,
            ObjectProvider<OpenAddresses> open,
            DatabaseWatch database,
            ProblemWriter problems) {
        Access access = new Access(settings, keys, clock, environment.getProperty("server.address"));
        CredentialsFilter credentials = new CredentialsFilter(
                new KnownKeys(keys, clock, settings.keyCacheFor()),
                access,
                new LocalCallers(web.allowedOrigins()),
                database,
                problems);
        AuthenticationEntryPoint whoAreYou = (request, response, e) -> problems.write(
                request,
                response,
                StandardProblem.UNAUTHENTICATED
                        .because("send an API key or an access token that is valid")
                        .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer"));
        AccessDeniedHandler notYours = (request, response, e) -> problems.write(
                request,
                response,
                StandardProblem.FORBIDDEN.because("the role this operation asks for is not among the caller's"));

        String[] openAddresses = open.stream()
                .flatMap(addresses -> addresses.patterns().stream())
                .toArray(String[]::new);
        http.authorizeHttpRequests(rules -> {
                    rules.requestMatchers(HttpMethod.GET, openAddresses).permitAll();
                    authorize(rules);
                })
                .addFilterBefore(credentials, AnonymousAuthenticationFilter.class)
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(whoAreYou).accessDeniedHandler(notYours))
                .headers(headers -> headers.cacheControl(CacheControlConfig::disable)
                        .addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                                new NegatedRequestMatcher(PathPatternRequestMatcher.pathPattern(FEEDS)),
                                new CacheControlHeadersWriter())))
                // No cookies, so there is nothing for another site to ride on.
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable);
        URI issuer = settings.oauth2().issuer();
        if (issuer != null) {
            DefaultBearerTokenResolver tokens = new DefaultBearerTokenResolver();
            JwtAuthenticationConverter converter = new JwtAuthenticationConverter();
            converter.setJwtGrantedAuthoritiesConverter(
                    new TokenRoles(settings.oauth2().rolesClaim()));
            http.oauth2ResourceServer(server -> server.authenticationEntryPoint(whoAreYou)
                    .accessDeniedHandler(notYours)
                    .bearerTokenResolver(
                            request -> CredentialsFilter.isKey(request.getHeader(HttpHeaders.AUTHORIZATION))
                                    ? null
                                    : tokens.resolve(request))
                    .jwt(jwt -> jwt.decoder(
                                    new IssuerTokens(issuer, settings.oauth2().audience()))
                            .jwtAuthenticationConverter(converter)));
        }
        return http.build();
    }

    private static void authorize(
            org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer<HttpSecurity>
                            .AuthorizationManagerRequestMatcherRegistry
                    rules) {
        String command = Role.COMMAND.word();
        String query = Role.QUERY.word();
        String admin = Role.ADMIN.word();
        rules.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                .permitAll()
                .requestMatchers("/actuator/health", "/actuator/health/**", "/problems/**")
                .permitAll()
                .requestMatchers("/actuator/prometheus")
                .hasAnyAuthority(query, admin)
                .requestMatchers("/actuator", "/actuator/**", "/admin", "/admin/**")
                .hasAuthority(admin)
                .requestMatchers(HttpMethod.GET, "/api/**")
                .hasAuthority(query)
                .requestMatchers(HttpMethod.HEAD, "/api/**")
                .hasAuthority(query)
                .requestMatchers("/api/**")
                .hasAuthority(command)
                .anyRequest()
                .hasAuthority(query);
    }

    @Bean
    RequestRejectedHandler rejectedRequests(ProblemAnswers answers) {
        return answers::answer;
    }
}
