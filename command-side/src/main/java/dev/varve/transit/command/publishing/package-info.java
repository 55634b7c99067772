/** Decides what of transit's events others may know. */
@NullMarked
package dev.varve.transit.command.publishing;

import org.jspecify.annotations.NullMarked;
