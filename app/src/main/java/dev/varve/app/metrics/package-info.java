/** What the application measures of itself. */
@NullMarked
package dev.varve.app.metrics;

import org.jspecify.annotations.NullMarked;
