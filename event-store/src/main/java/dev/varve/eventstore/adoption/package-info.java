/** Takes over the events, snapshots and tokens of an Axon store into an empty log. */
@NullMarked
package dev.varve.eventstore.adoption;

import org.jspecify.annotations.NullMarked;
