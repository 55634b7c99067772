/** The adapter that lets Axon 4.13 applications keep their events, tokens and snapshots in the log. */
@NullMarked
package dev.varve.eventstore.axon;

import org.jspecify.annotations.NullMarked;
