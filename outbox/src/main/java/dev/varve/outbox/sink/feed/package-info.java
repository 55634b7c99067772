/** Messages for consumers that come and fetch them: pages, and streams that wait for the next. */
@NullMarked
package dev.varve.outbox.sink.feed;

import org.jspecify.annotations.NullMarked;
