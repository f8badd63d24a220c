package dev.chatmultischema.attack;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Users and tenants of a service, with all that the service must still know about them. */
final class FuzzWorld {

  private static final Duration LIFETIME = Duration.ofHours(1);

  private final ChatService chat;
  private final Random random;
  private final List<Actor> actors = new ArrayList<>();
  private final List<Room> rooms = new ArrayList<>();

  /** A user with a valid token, who may have been disabled or deleted. */
  static final class Actor {
    private final User user;
    private final String token;
    private boolean isActive = true;

    Actor(User user) {
      this.user = user;
      this.token = ChatService.token(user, LIFETIME);
    }

    User user() {
      return user;
    }

    String token() {
      return token;
    }

    /** Tells whether the token must be accepted; it may be for some seconds after the change. */
    boolean isActive() {
      return isActive;
    }

    boolean isAdmin() {
      return user.role() == Role.ADMIN;
    }

    void deactivate() {
      isActive = false;
    }
  }

  /** A tenant, with the ids of all messages that the service has accepted for it. */
  static final class Room {
    private final TenantId id;
    private final Actor owner;
    private final Set<String> accepted = new LinkedHashSet<>();
    private final List<String> cursors = new ArrayList<>();
    private boolean isDeleted;

    Room(TenantId id, Actor owner) {
      this.id = id;
      this.owner = owner;
    }

    TenantId id() {
      return id;
    }

    Set<String> accepted() {
      return accepted;
    }

    List<String> cursors() {
      return cursors;
    }

    boolean isDeleted() {
      return isDeleted;
    }

    /** Records that it is deleted, which ends its members' tokens, since their rights changed. */
    void delete(List<Actor> actors) {
      isDeleted = true;
      actors.stream().filter(actor -> id.equals(actor.user.tenantId())).forEach(Actor::deactivate);
    }

    boolean isOwnedBy(Actor actor) {
      return actor == owner || actor.isAdmin();
    }

    boolean admits(Actor actor) {
      return isOwnedBy(actor) || id.equals(actor.user.tenantId());
    }
  }

  FuzzWorld(ChatService chat, Random random) {
    this.chat = chat;
    this.random = random;
    actors.add(new Actor(chat.addUser(Role.ADMIN, null)));
    addRoom();
    addRoom();
  }

  /** Adds a tenant with an owner and members. */
  void addRoom() {
    var owner = new Actor(chat.addUser(Role.USER, null));
    add(new Room(chat.addTenant(owner.token()), owner));
  }

  void add(Room room) {
    rooms.add(room);
    actors.add(room.owner);
    for (int members = random.nextInt(3); members >= 0; members--) {
      actors.add(new Actor(chat.addUser(Role.USER, room.id)));
    }
  }

  Actor actor() {
    return pick(actors);
  }

  Room room() {
    return pick(rooms);
  }

  /** Returns a room that admits the actor, in three of four cases, or any room. */
  Room roomFor(Actor actor) {
    var admitting = rooms.stream().filter(room -> room.admits(actor)).toList();
    return admitting.isEmpty() || chance(4) ? room() : pick(admitting);
  }

  void delete(Room room) {
    room.delete(actors);
  }

  List<Room> rooms() {
    return rooms;
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  /** Returns the text with one character replaced, inserted or removed. */
  String mutated(String text) {
    int at = random.nextInt(text.length());
    var other = (char) ('!' + random.nextInt(90));
    var changed =
        switch (random.nextInt(3)) {
          case 0 -> text.substring(0, at) + text.substring(at + 1);
          case 1 -> text.substring(0, at) + other + text.substring(at);
          default -> text.substring(0, at) + other + text.substring(at + 1);
        };
    return changed.equals(text) ? text + other : changed;
  }
}
