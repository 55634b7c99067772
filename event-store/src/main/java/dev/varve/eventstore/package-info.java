/** The log on PostgreSQL: append, order, read; free of Axon types. */
@NullMarked
package dev.varve.eventstore;

import org.jspecify.annotations.NullMarked;
