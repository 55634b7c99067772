package dev.varve.app.security;

/** The server would be reachable from elsewhere without authentication. */
final class UnprotectedBindException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnprotectedBindException(String property, String address) {
        super("%s is %s, which is not loopback, and there is neither an API key nor an OAuth2 issuer"
                .formatted(property, address));
    }
}
