/** What belongs to a person, sealed under a key of their own; destroying the key erases every copy at once. */
@NullMarked
package dev.varve.personal;

import org.jspecify.annotations.NullMarked;
