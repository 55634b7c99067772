/** What the sinks share: public messages as CloudEvents. */
@NullMarked
package dev.varve.outbox.sink;

import org.jspecify.annotations.NullMarked;
