package dev.varve.app.security;

import java.security.Principal;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who is behind the current request: {@code key:<name>}, {@code subject:<sub of the token>}, or {@code local} where no
 * authentication is required.
 *
 * <p>This is who did it in the record of operators' actions, and whom an {@code Idempotency-Key} belongs to. A context
 * that records who sent a command takes it as the request's {@link Principal}.
 */
public record Actor(String name) implements Principal {

    /** Everybody on this machine, while no authentication is required. */
    public static final Actor LOCAL = new Actor("local");

    /** Work of the server itself: imports, background jobs. */
    public static final Actor SYSTEM = new Actor("system");

    static Actor ofKey(String name) {
        return new Actor("key:" + name);
    }

    /** The actor of this thread's request; {@link #SYSTEM} outside of one. */
    public static Actor current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null) {
            return SYSTEM;
        }
        return authentication.getPrincipal() instanceof Actor actor
                ? actor
                : new Actor("subject:" + authentication.getName());
    }

    @Override
    public String getName() {
        return name;
    }
}
