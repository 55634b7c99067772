/** Spring Boot's way in: a DataSource and this artifact are enough. */
@NullMarked
package dev.varve.eventstore.autoconfigure;

import org.jspecify.annotations.NullMarked;
