package dev.varve.app.security;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestTemplate;

/**
 * Reads the access tokens of an issuer.
 *
 * <p>The issuer is asked for its keys at the first token, not at the start: it may come up after us. One request asks,
 * and the others wait no longer than that may take, so that an issuer that says nothing does not gather them.
 */
final class IssuerTokens implements JwtDecoder {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final URI issuer;
    private final @Nullable String audience;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable JwtDecoder decoder;

    IssuerTokens(URI issuer, @Nullable String audience) {
        this.issuer = issuer;
        this.audience = audience;
    }

    @Override
    public Jwt decode(String token) {
        JwtDecoder known = decoder;
        return (known == null ? ask() : known).decode(token);
    }

    private JwtDecoder ask() {
        try {
            if (!asking.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new JwtDecoderInitializationException(
                        "the issuer was asked for its keys", new TimeoutException("it has not answered yet"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JwtDecoderInitializationException("interrupted while the issuer was asked for its keys", e);
        }
        try {
            JwtDecoder known = decoder;
            if (known == null) {
                known = askNow();
                decoder = known;
            }
            return known;
        } catch (RuntimeException e) {
            throw new JwtDecoderInitializationException("the issuer did not say what its keys are", e);
        } finally {
            asking.unlock();
        }
    }

    private JwtDecoder askNow() {
        SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory();
        requests.setConnectTimeout(PATIENCE);
        requests.setReadTimeout(PATIENCE);
        NimbusJwtDecoder made = NimbusJwtDecoder.withIssuerLocation(issuer.toString())
                .restOperations(new RestTemplate(requests))
                .build();
        made.setJwtValidator(new DelegatingOAuth2TokenValidator<>(rules()));
        return made;
    }

    private List<OAuth2TokenValidator<Jwt>> rules() {
        List<OAuth2TokenValidator<Jwt>> rules = new ArrayList<>();
        rules.add(JwtValidators.createDefaultWithIssuer(issuer.toString()));
        // All who have no name would be the same caller, and in a context as if nobody had to sign in.
        rules.add(new JwtClaimValidator<String>(JwtClaimNames.SUB, subject -> subject != null && !subject.isBlank()));
        // One without an end could be used for ever by whoever finds it.
        rules.add(new JwtClaimValidator<Instant>(JwtClaimNames.EXP, Objects::nonNull));
        String wanted = audience;
        if (wanted != null) {
            rules.add(new JwtClaimValidator<Collection<String>>(
                    JwtClaimNames.AUD, values -> values != null && values.contains(wanted)));
        }
        return rules;
    }
}
