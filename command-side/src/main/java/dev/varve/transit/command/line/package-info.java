/** Lines, and how other people's words for means of transport become ours. */
@NullMarked
package dev.varve.transit.command.line;

import org.jspecify.annotations.NullMarked;
