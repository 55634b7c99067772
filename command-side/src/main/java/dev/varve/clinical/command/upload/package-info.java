/** Takes audio in, as the predecessor's clients send it: a form with the file and what is known of it. */
@NullMarked
package dev.varve.clinical.command.upload;

import org.jspecify.annotations.NullMarked;
