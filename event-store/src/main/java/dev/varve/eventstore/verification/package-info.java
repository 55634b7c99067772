/** Proves that the log is whole: dense, ordered, as it was sealed, and what the tables beside it say of it. */
@NullMarked
package dev.varve.eventstore.verification;

import org.jspecify.annotations.NullMarked;
