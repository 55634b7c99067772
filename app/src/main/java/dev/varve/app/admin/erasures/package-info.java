/** Erasures of persons, ordered over HTTP. */
@NullMarked
package dev.varve.app.admin.erasures;

import org.jspecify.annotations.NullMarked;
