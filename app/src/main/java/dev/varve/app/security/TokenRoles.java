package dev.varve.app.security;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;

/** Reads our roles from a claim of a token; other words in it are not ours and are passed over. */
final class TokenRoles implements Converter<Jwt, Collection<GrantedAuthority>> {

    private final String claim;

    TokenRoles(String claim) {
        this.claim = claim;
    }

    @Override
    public Collection<GrantedAuthority> convert(Jwt token) {
        return words(value(token.getClaims()))
                .map(Role::of)
                .flatMap(Optional::stream)
                .distinct()
                .map(Role::authority)
                .toList();
    }

    // Some issuers use names with dots (https://example.org/roles): the whole name goes first.
    private @Nullable Object value(Map<String, Object> claims) {
        if (claims.containsKey(claim)) {
            return claims.get(claim);
        }
        Object current = claims;
        for (String step : claim.split("\\.", -1)) {
            current = current instanceof Map<?, ?> nested ? nested.get(step) : null;
        }
        return current;
    }

    private static Stream<String> words(@Nullable Object value) {
        return switch (value) {
            case String words -> Arrays.stream(words.split("\\s+", -1));
            case Collection<?> words -> words.stream().map(String::valueOf);
            case null, default -> Stream.empty();
        };
    }
}
