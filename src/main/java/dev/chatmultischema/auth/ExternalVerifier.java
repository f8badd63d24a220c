package dev.chatmultischema.auth;

import dev.chatmultischema.identity.Identities;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.Optional;

/** Verifies tokens of the tenants' own issuers, and stores the members whom it sees first. */
public final class ExternalVerifier implements TokenVerifier {

  private final Identities identities;

  public ExternalVerifier(Identities identities) {
    this.identities = identities;
  }

  @Override
  public Optional<Object> budgetKey(String token, TenantId tenant) {
    return identities
        .tokens()
        .cached(tenant, token)
        .<Object>map(member -> member.userId())
        .or(
            () ->
                identities.issuers().mayHaveIssuer(tenant)
                    ? Optional.of(List.of("unverified", tenant))
                    : Optional.empty());
  }

  @Override
  public Optional<Caller> authenticate(String token, TenantId tenant) {
    var member = identities.tokens().verify(tenant, token);
    // Before the caller can publish: whoever reads a message finds its sender.
    member.ifPresent(identities.members()::see);
    return member.map(Caller::new);
  }
}
