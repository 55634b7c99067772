/** Recordings: their life cycle, what may be changed of them, and the API that asks for it. */
@NullMarked
package dev.varve.clinical.command.recording;

import org.jspecify.annotations.NullMarked;
