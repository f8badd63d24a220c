package dev.chatmultischema.http.request;

import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import java.time.Duration;

/** A request that is refused before it reaches a servlet. */
public final class Refusal extends ProblemException {

  private static final long serialVersionUID = 1;
  private static final Duration SOON = Duration.ofSeconds(1);

  private Refusal(int status, String code, String detail, Duration retryAfter) {
    super(Problem.of(status, code, detail), retryAfter, null);
  }

  static Refusal bodyTooLarge(int limit) {
    return new Refusal(413, "body_too_large", "the body has more than " + limit + " bytes", null);
  }

  static Refusal bodyTooSlow() {
    return new Refusal(408, "request_timeout", "the body did not arrive in time", null);
  }

  static Refusal malformedEncoding(String reason) {
    return new Refusal(400, "malformed_encoding", reason, null);
  }

  static Refusal malformedHeader(String name) {
    return new Refusal(400, "malformed_header", "the header " + name + " is malformed", null);
  }

  /** RFC 9110, section 15.5.16: the answer names the encodings that are supported. */
  static Refusal unsupportedEncoding() {
    return new Refusal(
        415, "unsupported_media_type", "gzip is the only encoding of bodies supported here", null);
  }

  static Refusal noMemory() {
    return new Refusal(
        503, "overloaded", "other requests take all the memory for bodies, try again", SOON);
  }

  static Refusal noThread() {
    return new Refusal(503, "overloaded", "too many requests are waiting, try again", SOON);
  }

  /** RFC 9110, section 9.1. */
  static Refusal unknownMethod() {
    return new Refusal(501, "not_implemented", "the method is not known here", null);
  }
}
