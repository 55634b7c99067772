/** The PostgreSQL that comes with Varve: its binaries, its data directory, and who starts and stops it. */
@NullMarked
package dev.varve.app.postgres;

import org.jspecify.annotations.NullMarked;
