package dev.chatmultischema.user;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a user may do over the whole service. */
public enum Role {
  /** Everything, for every tenant. */
  ADMIN,
  /** What being owner or member of a tenant allows. */
  USER;

  @JsonValue
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
