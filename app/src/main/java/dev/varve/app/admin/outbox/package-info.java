/** What operators do with the outbox: who gets messages, what was refused, what is sent again. */
@NullMarked
package dev.varve.app.admin.outbox;

import org.jspecify.annotations.NullMarked;
