package dev.varve.app.problem;

/**
 * What is wrong with one part of a request.
 *
 * @param field where: a path into the body ({@code departures[3].line}), or the name of a parameter or header
 * @param rule which rule it breaks, in kebab case: {@code not-blank}, {@code unknown}, {@code enum}; safe to program on
 * @param message what to do, for people; not the value that was sent, unless it is an operator's setting that is no secret
 */
public record FieldProblem(String field, String rule, String message) {}
