/** Says who waits for the log, for whom, since when, and what to do about it; and measures it. */
@NullMarked
package dev.varve.eventstore.watch;

import org.jspecify.annotations.NullMarked;
