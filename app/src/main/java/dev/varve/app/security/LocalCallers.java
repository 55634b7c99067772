package dev.varve.app.security;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells programs of this machine from web pages of elsewhere that its browser has loaded.
 *
 * <p>Such a page can send requests to 127.0.0.1, and can give its own name our address to read the answers (DNS
 * rebinding). Both show in a header that a page cannot choose: {@code Host} and {@code Origin}.
 */
final class LocalCallers {

    private final List<String> allowedOrigins;

    LocalCallers(List<String> allowedOrigins) {
        this.allowedOrigins = List.copyOf(allowedOrigins);
    }

    boolean isLocal(HttpServletRequest request) {
        return isLoopbackName(request.getServerName()) && isOwnOrigin(request.getHeader("Origin"));
    }

    private boolean isOwnOrigin(@Nullable String origin) {
        if (origin == null || allowedOrigins.contains(origin)) {
            return true;
        }
        try {
            return isLoopbackName(URI.create(origin).getHost());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    // By form, without asking a name server: what the attacker controls is the name server's answer.
    private static boolean isLoopbackName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.matches("127(\\.\\d{1,3}){3}")
                || name.equals("::1")
                || name.equals("[::1]")
                || name.equals("0:0:0:0:0:0:0:1")
                || name.equals("[0:0:0:0:0:0:0:1]");
    }
}
