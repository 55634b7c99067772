package dev.varve.command;

import dev.varve.eventstore.axon.CommandReceipt;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Builds the HTTP answer to a command: 201 with {@code Location} when it created something, else 200; always with the
 * log position, which a query takes as {@code Varve-Min-Position} to read what was just written.
 */
public final class CommandAnswer {

    /** The position of the last event written, or the log's head when there was nothing to write. */
    public static final String POSITION = "Varve-Position";

    private CommandAnswer() {}

    /** The answer to a command on one stream, whose version is the {@code ETag}. */
    public static <T> ResponseEntity<T> of(Outcome outcome, URI location, CommandReceipt receipt, T body) {
        return begin(outcome, location, receipt.position())
                .eTag("\"" + receipt.version() + "\"")
                .body(body);
    }

    /** The answer to commands on many streams, which have no version in common. */
    public static <T> ResponseEntity<T> ofMany(Outcome outcome, URI location, long position, T body) {
        return begin(outcome, location, position).body(body);
    }

    /** The address of what a command created, for example {@code at("/stations/{id}", id)}; ids may hold anything. */
    public static URI at(String template, String id) {
        return UriComponentsBuilder.fromUriString(template)
                .encode()
                .buildAndExpand(id)
                .toUri();
    }

    private static ResponseEntity.BodyBuilder begin(Outcome outcome, URI location, long position) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(POSITION, Long.toString(position));
        return switch (outcome) {
            case CREATED -> ResponseEntity.created(location).headers(headers);
            case CHANGED, UNCHANGED -> ResponseEntity.ok().headers(headers);
        };
    }
}
