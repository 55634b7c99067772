/** Lines by mode and label. */
@NullMarked
package dev.varve.transit.query.lines;

import org.jspecify.annotations.NullMarked;
