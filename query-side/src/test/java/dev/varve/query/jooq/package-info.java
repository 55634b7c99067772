/** Generates the classes through which queries name tables and columns, and proves that they are up to date. */
@NullMarked
package dev.varve.query.jooq;

import org.jspecify.annotations.NullMarked;
