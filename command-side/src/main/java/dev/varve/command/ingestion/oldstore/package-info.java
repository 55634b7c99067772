/** Databases of the systems before this one, read and never written, whatever columns they turn out to have. */
@NullMarked
package dev.varve.command.ingestion.oldstore;

import org.jspecify.annotations.NullMarked;
