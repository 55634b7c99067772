package dev.varve.app.security;

import dev.varve.app.operator.OperatorError;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Refuses to start a server that everybody could reach and nobody would have to sign in to. */
@Component
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
final class BindGuard implements SmartInitializingSingleton {

    private final SecuritySettings settings;
    private final ApiKeys keys;
    private final Environment environment;

    BindGuard(SecuritySettings settings, ApiKeys keys, Environment environment) {
        this.settings = settings;
        this.keys = keys;
        this.environment = environment;
    }

    // All beans exist and no port is open yet.
    @Override
    public void afterSingletonsInstantiated() {
        Stream.of("server.address", "management.server.address")
                .filter(name -> name.startsWith("server") || environment.containsProperty("management.server.port"))
                .filter(name -> !Access.isLoopback(environment.getProperty(name)))
                .findFirst()
                .ifPresent(this::demandAuthentication);
    }

    private void demandAuthentication(String property) {
        if (settings.oauth2().issuer() == null && keys.count().inUse() == 0) {
            throw new OperatorError("""
                    %s is %s, which is not loopback, and there is neither an API key nor an OAuth2 issuer: \
                    everybody could do everything. Do one of these:
                      - create a key first:  ./varve keys create --name NAME --role command,query
                      - set varve.security.oauth2.issuer to the address of your token issuer
                      - bind to loopback:    server.address=127.0.0.1""".formatted(property, environment.getProperty(property, "every address")));
        }
    }
}
