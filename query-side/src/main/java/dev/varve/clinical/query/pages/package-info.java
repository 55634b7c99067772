/** The predecessor's three pages. */
@NullMarked
package dev.varve.clinical.query.pages;

import org.jspecify.annotations.NullMarked;
