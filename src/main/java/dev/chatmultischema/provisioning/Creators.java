package dev.chatmultischema.provisioning;

/** The users who may create tenants. */
public enum Creators {
  /** Every user. */
  ALL,
  /** Admins only. */
  ADMIN
}
