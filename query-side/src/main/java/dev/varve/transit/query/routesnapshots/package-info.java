/** Recorded answers to route requests. */
@NullMarked
package dev.varve.transit.query.routesnapshots;

import org.jspecify.annotations.NullMarked;
