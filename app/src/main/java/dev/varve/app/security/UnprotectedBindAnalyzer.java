package dev.varve.app.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do instead of a stack trace. */
final class UnprotectedBindAnalyzer extends AbstractFailureAnalyzer<UnprotectedBindException> {

    @Override
    protected FailureAnalysis analyze(Throwable root, UnprotectedBindException cause) {
        return new FailureAnalysis(cause.getMessage(), """
                Do one of these:
                  - create a key first:  ./varve keys create --name NAME --role command --role query
                  - set varve.security.oauth2.issuer to the address of your token issuer
                  - bind to loopback:    server.address=127.0.0.1""", cause);
    }
}
