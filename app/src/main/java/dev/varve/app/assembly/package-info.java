/** Puts modules and contexts together: the beans that belong to none of them, and how the application starts. */
@NullMarked
package dev.varve.app.assembly;

import org.jspecify.annotations.NullMarked;
