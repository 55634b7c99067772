/** The import of the recordings that the clinical application before this one kept in SQLite. */
@NullMarked
package dev.varve.clinical.command.oldstore;

import org.jspecify.annotations.NullMarked;
