/** Gives out the audio of recordings, whole or in part. */
@NullMarked
package dev.varve.clinical.query.audio;

import org.jspecify.annotations.NullMarked;
