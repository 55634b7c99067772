/** The meters of projections. */
@NullMarked
package dev.varve.projection.metrics;

import org.jspecify.annotations.NullMarked;
