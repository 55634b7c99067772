/** Tests of replays. */
@NullMarked
package dev.varve.projection.replay;

import org.jspecify.annotations.NullMarked;
