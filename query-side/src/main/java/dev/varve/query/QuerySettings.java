package dev.varve.query;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How queries are answered. Read at start.
 *
 * @param minPositionTimeout how long a query with {@code Varve-Min-Position} waits for its read models before it says
 *     503, 0 to 60 s. Longer waits fail less often and hold the caller's connection longer
 */
@ConfigurationProperties(prefix = "varve.query", ignoreUnknownFields = false)
public record QuerySettings(@DefaultValue("2s") Duration minPositionTimeout) {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    public QuerySettings {
        if (minPositionTimeout.isNegative() || minPositionTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("varve.query.min-position-timeout is %s and must be 0 to %s"
                    .formatted(minPositionTimeout, LONGEST));
        }
    }
}
