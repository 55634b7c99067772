@NullMarked
package dev.varve.outbox.sink.log;

import org.jspecify.annotations.NullMarked;
