/** For consumers of messages: each has its effect once, however often it is delivered. */
@NullMarked
package dev.varve.outbox.inbox;

import org.jspecify.annotations.NullMarked;
