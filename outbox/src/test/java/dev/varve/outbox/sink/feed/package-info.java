@NullMarked
package dev.varve.outbox.sink.feed;

import org.jspecify.annotations.NullMarked;
