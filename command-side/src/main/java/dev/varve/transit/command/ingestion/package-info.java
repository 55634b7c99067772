/** Ingestion runs: the life of one, and what every import uses to run. */
@NullMarked
package dev.varve.transit.command.ingestion;

import org.jspecify.annotations.NullMarked;
