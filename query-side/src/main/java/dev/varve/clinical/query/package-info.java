/** What the queries of clinical share. */
@NullMarked
package dev.varve.clinical.query;

import org.jspecify.annotations.NullMarked;
