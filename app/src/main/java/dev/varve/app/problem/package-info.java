/** Every error answer of the server: made here, as RFC 9457 problem details, and nowhere else. */
@NullMarked
package dev.varve.app.problem;

import org.jspecify.annotations.NullMarked;
