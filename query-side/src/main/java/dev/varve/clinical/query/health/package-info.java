/** What the predecessor's monitoring asks. */
@NullMarked
package dev.varve.clinical.query.health;

import org.jspecify.annotations.NullMarked;
