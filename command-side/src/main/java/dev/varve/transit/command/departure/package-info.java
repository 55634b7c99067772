/** Departures as they are planned and observed. */
@NullMarked
package dev.varve.transit.command.departure;

import org.jspecify.annotations.NullMarked;
