package dev.chatmultischema.identity.jwks;

/**
 * Reports a JSON Web Key that cannot verify tokens. Its message completes a sentence about the key,
 * for example "must be a public key".
 */
public final class InvalidKey extends Exception {

  private static final long serialVersionUID = 1;

  InvalidKey(String message) {
    super(message);
  }

  InvalidKey(String message, Throwable cause) {
    super(message, cause);
  }
}
