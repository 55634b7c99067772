/** A small application that has the app's web, security and error handling, and no context: outside of what the app scans. */
@NullMarked
package probe;

import org.jspecify.annotations.NullMarked;
