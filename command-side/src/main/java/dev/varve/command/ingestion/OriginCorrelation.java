package dev.varve.command.ingestion;

import java.util.HashMap;
import java.util.Map;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.correlation.CorrelationDataProvider;

/** Hands the origin of an imported row on from its commands to their events. */
final class OriginCorrelation implements CorrelationDataProvider {

    @Override
    public Map<String, ?> correlationDataFor(Message<?> message) {
        if (!message.getMetaData().containsKey(Origin.IMPORTED_FROM)) {
            return Map.of();
        }
        Map<String, Object> origin = new HashMap<>();
        message.getMetaData().forEach((name, value) -> {
            if (name.equals(Origin.IMPORTED_FROM)
                    || name.equals(Origin.OCCURRED_AT)
                    || name.startsWith(Origin.ORIGINAL)) {
                origin.put(name, value);
            }
        });
        return origin;
    }
}
