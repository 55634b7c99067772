/** The database that this process works on, wherever it is. */
@NullMarked
package dev.varve.app.database;

import org.jspecify.annotations.NullMarked;
