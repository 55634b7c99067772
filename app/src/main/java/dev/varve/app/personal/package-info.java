/** Where the keys of persons are, for the server and for commands that work without one. */
@NullMarked
package dev.varve.app.personal;

import org.jspecify.annotations.NullMarked;
