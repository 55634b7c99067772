/** How many recordings were created, uploaded, completed and failed, day by day. */
@NullMarked
package dev.varve.clinical.query.dailycounts;

import org.jspecify.annotations.NullMarked;
