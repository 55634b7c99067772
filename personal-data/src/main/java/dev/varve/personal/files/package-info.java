/** Files that belong to persons, such as audio: sealed while they come in, each under a key that its person's key opens. */
@NullMarked
package dev.varve.personal.files;

import org.jspecify.annotations.NullMarked;
