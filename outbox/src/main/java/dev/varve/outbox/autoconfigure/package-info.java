/** Puts the outbox into a Spring Boot application. */
@NullMarked
package dev.varve.outbox.autoconfigure;

import org.jspecify.annotations.NullMarked;
