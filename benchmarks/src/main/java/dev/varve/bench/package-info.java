/** Ours beside the peers: the same work, in the same run, on the same machine, as one table. */
@NullMarked
package dev.varve.bench;

import org.jspecify.annotations.NullMarked;
