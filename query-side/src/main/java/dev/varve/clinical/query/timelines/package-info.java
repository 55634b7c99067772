/** What happened to all recordings of one patient, in order. */
@NullMarked
package dev.varve.clinical.query.timelines;

import org.jspecify.annotations.NullMarked;
