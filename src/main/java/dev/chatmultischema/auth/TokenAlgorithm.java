package dev.chatmultischema.auth;

/** The signature algorithms of tokens (RFC 7518, section 3.1). */
public enum TokenAlgorithm {
  /** HMAC with SHA-256: one secret signs and verifies. */
  HS256,
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  RS256,
  /** ECDSA with P-256 and SHA-256. */
  ES256
}
