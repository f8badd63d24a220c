package dev.chatmultischema.http.request;

import java.util.Optional;

/** Answers who sends a request, in order to charge its body to that sender. */
public interface RequestOwners {

  /**
   * The user whom the value of {@code Authorization} names, if its signature is good; never waits
   * for anything.
   */
  Optional<Object> signedBy(String authorization);

  /**
   * The tenant that the request is for, or its user where it names none that the user may use; may
   * wait for the database.
   *
   * @throws RuntimeException if the caller is refused, or the database does not answer
   */
  Object require(String authorization, String tenant);
}
