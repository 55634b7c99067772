/** Imports as an operator calls them, into a whole application. */
@NullMarked
package dev.varve.app.imports;

import org.jspecify.annotations.NullMarked;
