package dev.chatmultischema.user;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The rights of a user in the whole service. */
public enum Role {
  /** All rights, for every tenant and user. */
  ADMIN,
  /** The rights of an owner or a member of a tenant. */
  USER;

  /** Returns the name in the API and in the database. */
  @JsonValue
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
