/** Messages to HTTP endpoints, signed as Standard Webhooks describes. */
@NullMarked
package dev.varve.outbox.sink.webhook;

import org.jspecify.annotations.NullMarked;
