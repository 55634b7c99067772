/** Clinical as its clients see it: over HTTP, on the whole application. */
@NullMarked
package dev.varve.clinical;

import org.jspecify.annotations.NullMarked;
