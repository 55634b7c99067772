/** How HTTP is spoken: limits, request ids, strict JSON, the API's description. */
@NullMarked
package dev.varve.app.web;

import org.jspecify.annotations.NullMarked;
