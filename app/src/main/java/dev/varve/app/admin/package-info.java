/** What the operations of administrators have in common. */
@NullMarked
package dev.varve.app.admin;

import org.jspecify.annotations.NullMarked;
