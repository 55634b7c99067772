/** Replays of ranges of the log, over HTTP. */
@NullMarked
package dev.varve.app.admin.replay;

import org.jspecify.annotations.NullMarked;
