/** Rebuilds of read models, over HTTP. */
@NullMarked
package dev.varve.app.admin.rebuilds;

import org.jspecify.annotations.NullMarked;
