/** Messages to Kafka as CloudEvents, at least once or in transactions that hold the checkpoint too. */
@NullMarked
package dev.varve.outbox.sink.kafka;

import org.jspecify.annotations.NullMarked;
