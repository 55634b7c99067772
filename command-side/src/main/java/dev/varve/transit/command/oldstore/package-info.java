/** The import of the tables that the transit system before this one kept in PostgreSQL. */
@NullMarked
package dev.varve.transit.command.oldstore;

import org.jspecify.annotations.NullMarked;
