/** Timetables and real-time feeds in the General Transit Feed Specification, read as observations of departures. */
@NullMarked
package dev.varve.transit.command.gtfs;

import org.jspecify.annotations.NullMarked;
