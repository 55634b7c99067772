/** What tests stand on: a real PostgreSQL, conformance suites and tools that break things. */
@NullMarked
package dev.varve.testkit;

import org.jspecify.annotations.NullMarked;
