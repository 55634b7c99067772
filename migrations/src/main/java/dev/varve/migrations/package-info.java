/** The migration tool: one folder of SQL and one history per schema, engine first. */
@NullMarked
package dev.varve.migrations;

import org.jspecify.annotations.NullMarked;
