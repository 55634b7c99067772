/** Stations by id and by name. */
@NullMarked
package dev.varve.transit.query.stations;

import org.jspecify.annotations.NullMarked;
