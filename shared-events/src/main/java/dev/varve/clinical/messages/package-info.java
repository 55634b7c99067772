/** What clinical tells others: public, versioned, and without anything about a patient. */
@NullMarked
package dev.varve.clinical.messages;

import org.jspecify.annotations.NullMarked;
