/** Ranges of the log applied again to the living rows of a projection. */
@NullMarked
package dev.varve.projection.replay;

import org.jspecify.annotations.NullMarked;
