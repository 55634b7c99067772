/** Carries public messages from {@code outbox.message} to those who subscribed: nothing lost, in order per key. */
@NullMarked
package dev.varve.outbox;

import org.jspecify.annotations.NullMarked;
