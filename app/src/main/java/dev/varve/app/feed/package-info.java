/** {@code GET /feed/...}: messages for consumers that come and fetch them. */
@NullMarked
package dev.varve.app.feed;

import org.jspecify.annotations.NullMarked;
