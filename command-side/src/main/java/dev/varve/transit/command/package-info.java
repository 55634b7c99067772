/** What the features of transit's command side share: how streams are named and how much a command may say. */
@NullMarked
package dev.varve.transit.command;

import org.jspecify.annotations.NullMarked;
