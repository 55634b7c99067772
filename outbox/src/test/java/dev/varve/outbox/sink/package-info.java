/** What every sink must do, and what the sinks' tests share. */
@NullMarked
package dev.varve.outbox.sink;

import org.jspecify.annotations.NullMarked;
