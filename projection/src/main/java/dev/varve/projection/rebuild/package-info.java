/** Makes read models anew beside the living ones, and lets them change places. */
@NullMarked
package dev.varve.projection.rebuild;

import org.jspecify.annotations.NullMarked;
