/** Transit's read models as they run: filled by the live processors from a log, asked over HTTP. */
@NullMarked
package dev.varve.transit.query;

import org.jspecify.annotations.NullMarked;
