package dev.chatmultischema.auth;

/** Reports that a token of a tenant's own issuer does not permit a request. */
public final class ExternalForbidden extends RuntimeException {

  private static final long serialVersionUID = 1;

  public ExternalForbidden() {
    super("only users of this service may do this");
  }
}
