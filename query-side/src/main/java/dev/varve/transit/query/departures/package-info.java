/** Departures as passengers see them, and how each came to be so. */
@NullMarked
package dev.varve.transit.query.departures;

import org.jspecify.annotations.NullMarked;
