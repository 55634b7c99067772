/** Projections: pure functions from recorded events to row changes, and what drives them. */
@NullMarked
package dev.varve.projection;

import org.jspecify.annotations.NullMarked;
