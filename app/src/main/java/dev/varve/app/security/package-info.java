/** Who may do what: API keys, access tokens, roles, and the refusal to be open to the world. */
@NullMarked
package dev.varve.app.security;

import org.jspecify.annotations.NullMarked;
