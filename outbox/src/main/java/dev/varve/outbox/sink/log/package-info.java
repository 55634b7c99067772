/** Messages as lines of the node's own log, for demonstrations and for a first look. */
@NullMarked
package dev.varve.outbox.sink.log;

import org.jspecify.annotations.NullMarked;
