/** Tools that break what a log stands on, and a checker that proves that nothing came to harm. */
@NullMarked
package dev.varve.testkit.faults;

import org.jspecify.annotations.NullMarked;
