@NullMarked
package dev.varve.app.erasure;

import org.jspecify.annotations.NullMarked;
