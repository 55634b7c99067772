/** Spring Boot's way in: this artifact, and a bean for each projection, are enough. */
@NullMarked
package dev.varve.projection.autoconfigure;

import org.jspecify.annotations.NullMarked;
