/** The commands of {@code ./varve}: what can be typed, and what it answers. */
@NullMarked
package dev.varve.app.cli;

import org.jspecify.annotations.NullMarked;
