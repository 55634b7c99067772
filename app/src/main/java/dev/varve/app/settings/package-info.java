/** Checks everything that was configured at once, before anything starts. */
@NullMarked
package dev.varve.app.settings;

import org.jspecify.annotations.NullMarked;
