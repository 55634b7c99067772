/** What every import of every context runs on: rows in, commands out, counted, reported, resumed; knows no context. */
@NullMarked
package dev.varve.command.ingestion;

import org.jspecify.annotations.NullMarked;
