/** Tests of parked events. */
@NullMarked
package dev.varve.projection.parked;

import org.jspecify.annotations.NullMarked;
