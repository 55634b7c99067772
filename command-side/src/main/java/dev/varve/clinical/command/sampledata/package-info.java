/** Recordings to try things with. */
@NullMarked
package dev.varve.clinical.command.sampledata;

import org.jspecify.annotations.NullMarked;
