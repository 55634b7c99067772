package dev.varve.app.security;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a caller may do. None includes another: an operator who also reads holds two. */
public enum Role {
    /** Change things: everything below {@code /api} that is not a GET. */
    COMMAND,
    /** Read: GET below {@code /api}, the API description, the metrics. */
    QUERY,
    /** Operate: everything below {@code /admin}, and what the server tells about itself. */
    ADMIN;

    /** As it is written in keys, tokens and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    GrantedAuthority authority() {
        return new SimpleGrantedAuthority(word());
    }

    public static Optional<Role> of(String word) {
        return Stream.of(values()).filter(role -> role.word().equals(word)).findFirst();
    }
}
