/** A command that is sent twice with one {@code Idempotency-Key} runs once. */
@NullMarked
package dev.varve.app.idempotency;

import org.jspecify.annotations.NullMarked;
