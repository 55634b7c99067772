/** What every context's events share: the stable name under which an event is stored. */
@NullMarked
package dev.varve.events;

import org.jspecify.annotations.NullMarked;
