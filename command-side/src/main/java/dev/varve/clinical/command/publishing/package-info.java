/** Decides what of clinical's events others may know. */
@NullMarked
package dev.varve.clinical.command.publishing;

import org.jspecify.annotations.NullMarked;
