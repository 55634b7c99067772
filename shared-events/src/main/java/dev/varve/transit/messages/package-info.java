/** What transit tells others: public, versioned, and apart from the events, which may change as transit likes. */
@NullMarked
package dev.varve.transit.messages;

import org.jspecify.annotations.NullMarked;
