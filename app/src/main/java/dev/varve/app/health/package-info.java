/** What readiness asks for beyond what Spring knows. */
@NullMarked
package dev.varve.app.health;

import org.jspecify.annotations.NullMarked;
