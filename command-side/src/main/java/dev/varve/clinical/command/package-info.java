/** What the features of clinical's command side share: how streams are named and how much a command may say. */
@NullMarked
package dev.varve.clinical.command;

import org.jspecify.annotations.NullMarked;
