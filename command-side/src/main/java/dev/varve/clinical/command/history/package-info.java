/** The audit trail of a recording, and the recording as it was, both from the log itself. */
@NullMarked
package dev.varve.clinical.command.history;

import org.jspecify.annotations.NullMarked;
