/**
 * Munich's transit (MVG): its answers read from files and over HTTP, the predecessor's API in front of it, and what it
 * says recorded as commands.
 */
@NullMarked
package dev.varve.transit.command.mvg;

import org.jspecify.annotations.NullMarked;
