/**
 * Problem details (RFC 9457): {@link dev.chatmultischema.http.problem.Problem} is the body of every
 * error, {@link dev.chatmultischema.http.problem.ProblemException} ends a request with one, and
 * {@link dev.chatmultischema.http.problem.ProblemMappers} registers the mappers of the exceptions
 * that JAX-RS, Jackson, Bean Validation and Jetty throw. No threads of its own.
 */
package dev.chatmultischema.http.problem;
