/** Runs that brought data in, with what became of their rows. */
@NullMarked
package dev.varve.transit.query.ingestionruns;

import org.jspecify.annotations.NullMarked;
