/** What happened in clinical: recordings of consultations, from the client's device to the reviewed note. */
@NullMarked
package dev.varve.clinical.events;

import org.jspecify.annotations.NullMarked;
