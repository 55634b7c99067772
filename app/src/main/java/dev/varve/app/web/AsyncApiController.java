package dev.varve.app.web;

import dev.varve.outbox.contract.AsyncApi;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** The public messages, as AsyncAPI; the same document is tracked in {@code docs/asyncapi.json}. */
@RestController
@ConditionalOnProperty(name = "varve.outbox.enabled", matchIfMissing = true)
final class AsyncApiController {

    private final ObjectNode document;

    AsyncApiController(AsyncApi api) {
        this.document = api.document();
    }

    @GetMapping("/asyncapi")
    ObjectNode document() {
        return document;
    }
}
