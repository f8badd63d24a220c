package dev.chatmultischema.signing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;

/** The secrets of all nodes: the first one signs, and all verify. */
public final class Signatures {

  private static final byte[] SALT = "chat-multi-schema".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> secrets;

  /**
   * @param secrets at least one, each of 32 bytes or more
   */
  public Signatures(List<byte[]> secrets) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("no secret");
    }
    this.secrets = List.copyOf(secrets);
  }

  /** Returns a signer whose keys, one for each secret, no other purpose has. */
  public Signer forPurpose(String purpose) {
    var keys = new ArrayList<Mac>(secrets.size());
    for (var secret : secrets) {
      keys.add(Signer.mac(derive(secret, purpose)));
    }
    return new Signer(keys);
  }

  /** HKDF with SHA-256 (RFC 5869) for a key of the size of one hash. */
  private static byte[] derive(byte[] secret, String purpose) {
    var extracted = Signer.mac(SALT).doFinal(secret);
    var expand = Signer.mac(extracted);
    expand.update(purpose.getBytes(StandardCharsets.US_ASCII));
    return expand.doFinal(new byte[] {1});
  }
}
