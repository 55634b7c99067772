/** Fails recordings whose processing takes longer than it may. */
@NullMarked
package dev.varve.clinical.command.timeouts;

import org.jspecify.annotations.NullMarked;
