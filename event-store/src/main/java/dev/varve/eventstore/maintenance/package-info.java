/** What keeps the log in order while nobody looks: indexes and digests of what is written for good, what is archived. */
@NullMarked
package dev.varve.eventstore.maintenance;

import org.jspecify.annotations.NullMarked;
