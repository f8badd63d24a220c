package dev.chatmultischema.redis;

import dev.chatmultischema.signing.Signatures;
import dev.chatmultischema.signing.Signer;
import dev.chatmultischema.tenant.TenantId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Signs the payloads of stored messages, so that only nodes can show an event: other clients of
 * Redis cannot. A payload is a line with the signature, and the content.
 */
public final class BroadcastSignature {

  /** The index of the content in a payload. */
  public static final int CONTENT = Signer.LENGTH + 1;

  private static final byte[] PLACEHOLDER = new byte[CONTENT];

  private final Signer signer;

  public BroadcastSignature(Signatures signatures) {
    this.signer = signatures.forPurpose("redis broadcast");
  }

  /** Returns the bytes with which a payload begins until it is signed. */
  static byte[] placeholder() {
    return PLACEHOLDER.clone();
  }

  /** Replaces the placeholder of a tenant's payload by the signature; returns the payload. */
  public byte[] sign(TenantId tenant, byte[] payload) {
    var signature = signer.sign(context(tenant), payload, CONTENT);
    System.arraycopy(signature, 0, payload, 0, Signer.LENGTH);
    payload[Signer.LENGTH] = '\n';
    return payload;
  }

  /** Returns whether a node has signed the payload for the tenant. */
  public boolean verify(TenantId tenant, byte[] payload) {
    return payload.length > CONTENT
        && payload[Signer.LENGTH] == '\n'
        && signer.verify(Arrays.copyOf(payload, Signer.LENGTH), context(tenant), payload, CONTENT);
  }

  private static byte[] context(TenantId tenant) {
    return ByteBuffer.allocate(16)
        .putLong(tenant.value().getMostSignificantBits())
        .putLong(tenant.value().getLeastSignificantBits())
        .array();
  }
}
