/** Answers to route requests, kept as they were given. */
@NullMarked
package dev.varve.transit.command.routesnapshot;

import org.jspecify.annotations.NullMarked;
