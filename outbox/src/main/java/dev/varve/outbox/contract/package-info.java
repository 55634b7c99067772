/** What contexts promise to others: which messages there are, what they look like, and that this stays so. */
@NullMarked
package dev.varve.outbox.contract;

import org.jspecify.annotations.NullMarked;
