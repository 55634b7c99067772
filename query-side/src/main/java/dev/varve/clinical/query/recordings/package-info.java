/** Recordings as they are, by clinician and status; the work queue; the open conflicts. */
@NullMarked
package dev.varve.clinical.query.recordings;

import org.jspecify.annotations.NullMarked;
