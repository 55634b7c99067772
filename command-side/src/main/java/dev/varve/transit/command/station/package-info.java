/** Stations; they are registered and changed. */
@NullMarked
package dev.varve.transit.command.station;

import org.jspecify.annotations.NullMarked;
