package dev.chatmultischema.http.request;

import dev.chatmultischema.http.limits.Overloaded;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;

/** The problems of requests that are refused before they reach a servlet. */
final class Refusal {

  private Refusal() {}

  static ProblemException bodyTooLarge(int limit) {
    return refusal(413, "body_too_large", "the body has more than " + limit + " bytes");
  }

  static ProblemException bodyTooSlow() {
    return refusal(408, "request_timeout", "the body did not arrive in time");
  }

  static ProblemException malformedEncoding(String reason) {
    return refusal(400, "malformed_encoding", reason);
  }

  static ProblemException malformedHeader(String name) {
    return refusal(400, "malformed_header", "the header " + name + " is malformed");
  }

  /** RFC 9110, section 15.5.16: the response lists the encodings that are supported. */
  static ProblemException unsupportedEncoding() {
    return refusal(415, "unsupported_media_type", "gzip is the only supported encoding of bodies");
  }

  static ProblemException noEncoding() {
    return refusal(415, "unsupported_media_type", "this body must have no encoding");
  }

  static ProblemException noMemory() {
    return new Overloaded("other requests take all the memory for bodies, try again");
  }

  static ProblemException noThread() {
    return new Overloaded("too many requests are waiting, try again");
  }

  /** RFC 9110, section 9.1. */
  static ProblemException unknownMethod() {
    return refusal(501, "not_implemented", "the method is not implemented");
  }

  private static ProblemException refusal(int status, String code, String detail) {
    return new ProblemException(Problem.of(status, code, detail));
  }
}
