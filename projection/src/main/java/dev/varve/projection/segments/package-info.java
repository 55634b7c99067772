/** The parts that a projection's work is cut into, and how operators cut and join them while nodes run. */
@NullMarked
package dev.varve.projection.segments;

import org.jspecify.annotations.NullMarked;
