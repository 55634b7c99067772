package dev.varve.outbox.autoconfigure;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this node allows webhooks; not to be changed while it runs.
 *
 * @param allowedPrivateHosts names, as subscriptions write them, of hosts that may be called although their addresses are
 *     not public: loopback, private, link-local. Empty: none, so that a subscription cannot reach into our own network
 */
@ConfigurationProperties("varve.outbox.webhook")
record WebhookProperties(@DefaultValue Set<String> allowedPrivateHosts) {

    WebhookProperties {
        allowedPrivateHosts = Set.copyOf(allowedPrivateHosts);
    }
}
