package dev.varve.app.web;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the HTTP interface accepts. None of these may change while the server runs.
 *
 * @param maxBodyBytes longest request body in bytes; a body is held in memory while it is read, so this times the
 *     requests at one time is what clients can make the server hold
 * @param maxAddressLength longest path with query, in characters; must stay below
 *     {@code server.max-http-request-header-size}, above which the container refuses with less to say
 * @param allowedOrigins web pages that may call the API from a browser (CORS), as {@code https://host[:port]}; none by
 *     default, and {@code *} is refused, since it would open a server on loopback to every page its user visits
 */
@ConfigurationProperties(prefix = "varve.web", ignoreUnknownFields = false)
@Validated
public record WebSettings(
        @DefaultValue("1048576") @Min(1_024) @Max(64 * 1_048_576) int maxBodyBytes,

        @DefaultValue("16384") @Min(256) @Max(65_536) int maxAddressLength,

        @DefaultValue
        List<
                        @Pattern(
                                regexp = "https?://[A-Za-z0-9.\\-\\[\\]:]+",
                                message = "must be an origin such as https://example.org")
                        String>
                allowedOrigins) {

    public WebSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
