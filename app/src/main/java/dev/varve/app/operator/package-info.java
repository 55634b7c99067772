/** What is said to the person who runs Varve when something is in their hands. */
@NullMarked
package dev.varve.app.operator;

import org.jspecify.annotations.NullMarked;
