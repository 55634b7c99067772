/** Copies of the whole database that are proved before they get a name, and bringing one back. */
@NullMarked
package dev.varve.app.backup;

import org.jspecify.annotations.NullMarked;
