package dev.varve.app.security;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who is let in. None of these may change while the server runs.
 *
 * @param authentication when credentials are required; see {@link Authentication}
 * @param keyCacheFor how long a key that was found is remembered, and so how long a revoked key may still work; longer
 *     spares the database one look-up per request, 0 asks it each time
 * @param oauth2 access tokens (JWT) of an issuer, beside API keys
 */
@ConfigurationProperties(prefix = "varve.security", ignoreUnknownFields = false)
@Validated
record SecuritySettings(
        @DefaultValue("auto") Authentication authentication,

        @DefaultValue("5s") @DurationMin(seconds = 0) @DurationMax(minutes = 10)
        Duration keyCacheFor,

        @DefaultValue @Valid OAuth2 oauth2) {

    /** When credentials are required. */
    enum Authentication {
        /**
         * On loopback from the moment the first API key is created or an issuer is configured, and it stays so when
         * all keys are revoked; anywhere else always.
         */
        AUTO,
        /** Always. */
        REQUIRED,
        /** Never on loopback, even with keys: for a laptop; anywhere else always. */
        OPEN_ON_LOOPBACK
    }

    /**
     * Access tokens.
     *
     * @param issuer address of the OpenID Connect or OAuth 2 issuer, whose metadata name the signing keys; without it
     *     tokens are refused
     * @param audience what {@code aud} of a token must hold; without it any token of the issuer is taken, which is only
     *     right when the issuer serves nothing else
     * @param rolesClaim claim with the roles, as a list or separated by blanks; dots lead into nested claims
     *     ({@code realm_access.roles})
     */
    record OAuth2(
            @Nullable URI issuer,
            @Nullable String audience,
            @DefaultValue("roles") @NotBlank String rolesClaim) {}
}
