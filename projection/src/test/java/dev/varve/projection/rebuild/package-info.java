/** Tests of making read models anew. */
@NullMarked
package dev.varve.projection.rebuild;

import org.jspecify.annotations.NullMarked;
