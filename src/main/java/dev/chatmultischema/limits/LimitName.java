package dev.chatmultischema.limits;

/**
 * A limit, by its name in the headers of responses and in the label {@code limit} of metrics.
 *
 * <p>The quota unit is that of draft-ietf-httpapi-ratelimit-headers; null is one that the draft
 * does not define, such as messages, of which a request may have several.
 */
public enum LimitName {
  TENANT_MESSAGES("tenant", "messages", null),
  TENANT_BYTES("tenant-bytes", "bytes of content", "content-bytes"),
  USER_MESSAGES("user", "messages", null),
  USER_BYTES("user-bytes", "bytes of content", "content-bytes"),
  TENANT_STREAMS("tenant-streams", "open streams", "concurrent-requests"),
  USER_STREAMS("user-streams", "open streams", "concurrent-requests"),
  USER_TICKETS("user-tickets", "unused tickets", null),
  USER_TENANTS("user-tenants", "tenants", null),
  TENANT_MEMBERS("tenant-members", "members", null),
  TENANT_EXTERNAL_MEMBERS("tenant-external-members", "external members", null),
  LOGIN("login", "failed logins", null),
  LOGIN_ADDRESS("login-address", "failed logins", null),
  LOGIN_EMAIL("login-email", "failed logins", null);

  private final String label;
  private final String counted;
  private final String unit;

  LimitName(String label, String counted, String unit) {
    this.label = label;
    this.counted = counted;
    this.unit = unit;
  }

  /** Returns the name in headers and metrics. */
  public String label() {
    return label;
  }

  /** Returns the counted things, in the plural, for messages. */
  String counted() {
    return counted;
  }

  /** Returns the quota unit, or null. */
  String unit() {
    return unit;
  }
}
