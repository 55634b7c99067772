/** What the command sides of all contexts share. */
@NullMarked
package dev.varve.command;

import org.jspecify.annotations.NullMarked;
