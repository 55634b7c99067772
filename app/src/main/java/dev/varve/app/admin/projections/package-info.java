/** What waits of projections, over HTTP. */
@NullMarked
package dev.varve.app.admin.projections;

import org.jspecify.annotations.NullMarked;
