@NullMarked
package dev.varve.outbox.sink.kafka;

import org.jspecify.annotations.NullMarked;
