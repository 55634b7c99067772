/** The executable: assembly, command line, web. */
@NullMarked
package dev.varve.app;

import org.jspecify.annotations.NullMarked;
