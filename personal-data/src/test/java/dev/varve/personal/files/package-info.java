@org.jspecify.annotations.NullMarked
package dev.varve.personal.files;
