/** Erases a person: destroys their key, removes what can be removed, and says what that covered and what not. */
@NullMarked
package dev.varve.app.erasure;

import org.jspecify.annotations.NullMarked;
