/** What happened in transit: stations, lines, departures, route snapshots and the ingestion runs that brought them. */
@NullMarked
package dev.varve.transit.events;

import org.jspecify.annotations.NullMarked;
