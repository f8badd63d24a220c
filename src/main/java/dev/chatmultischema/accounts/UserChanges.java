package dev.chatmultischema.accounts;

import dev.chatmultischema.user.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Describes changes of users for the audit, without names, e-mail addresses and passwords. */
final class UserChanges {

  private UserChanges() {}

  /** Describes a new user. */
  static String of(User user) {
    return "role " + user.role().label() + ", " + membership(user);
  }

  /** Describes all changes; returns an empty text if there are none. */
  static String between(User before, User after, boolean newPassword) {
    List<String> changes = new ArrayList<>();
    if (before.role() != after.role()) {
      changes.add("role " + before.role().label() + " to " + after.role().label());
    }
    if (!Objects.equals(before.tenantId(), after.tenantId())) {
      changes.add(membership(before) + " to " + membership(after));
    }
    if (before.disabled() != after.disabled()) {
      changes.add(after.disabled() ? "disabled" : "enabled");
    }
    if (newPassword) {
      changes.add("new password");
    }
    if (!before.email().equals(after.email())) {
      changes.add("new e-mail address");
    }
    if (!before.name().equals(after.name())) {
      changes.add("new name");
    }
    return String.join(", ", changes);
  }

  private static String membership(User user) {
    return user.tenantId() == null ? "no tenant" : "member of " + user.tenantId();
  }
}
