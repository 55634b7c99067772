/** What clients gathered while they were offline, and what is decided where two versions met. */
@NullMarked
package dev.varve.clinical.command.sync;

import org.jspecify.annotations.NullMarked;
