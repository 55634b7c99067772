/** Events that a live projection could not apply: they wait here with their sequences until a person decides. */
@NullMarked
package dev.varve.projection.parked;

import org.jspecify.annotations.NullMarked;
