/** What the query sides of all contexts share. */
@NullMarked
package dev.varve.query;

import org.jspecify.annotations.NullMarked;
