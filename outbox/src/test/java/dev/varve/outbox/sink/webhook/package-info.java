@NullMarked
package dev.varve.outbox.sink.webhook;

import org.jspecify.annotations.NullMarked;
