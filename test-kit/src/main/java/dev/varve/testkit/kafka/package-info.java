/** A real Kafka for tests and benchmarks: brokers in processes of their own, which can be killed. */
@NullMarked
package dev.varve.testkit.kafka;

import org.jspecify.annotations.NullMarked;
