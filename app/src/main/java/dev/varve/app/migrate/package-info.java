/** What the migration commands say: findings of the migration tool as lines for a person. */
@NullMarked
package dev.varve.app.migrate;

import org.jspecify.annotations.NullMarked;
