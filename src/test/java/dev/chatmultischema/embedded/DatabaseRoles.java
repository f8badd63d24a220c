package dev.chatmultischema.embedded;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The two roles of a deployment, for the databases of tests: one owns the tables, the service's one
 * owns nothing. Their names are those of this JVM alone, since roles belong to the whole server.
 */
public final class DatabaseRoles {

  private static final String SUFFIX = UUID.randomUUID().toString().substring(0, 8);
  private static final String PASSWORD = UUID.randomUUID().toString();
  private static final String OWNER = "chat_owner_" + SUFFIX;
  private static final String SERVICE = "chat_service_" + SUFFIX;

  /** The databases for which the roles exist, by the URLs of their superusers. */
  private static final Set<String> DATABASES = ConcurrentHashMap.newKeySet();

  private DatabaseRoles() {}

  /** Returns the statements that create the roles unless they exist, for a superuser. */
  static List<String> creation() {
    return List.of(creation(OWNER), creation(SERVICE));
  }

  private static String creation(String role) {
    return """
        DO $$ BEGIN
          CREATE ROLE %s LOGIN PASSWORD '%s';
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$"""
        .formatted(role, PASSWORD);
  }

  /** Returns the statements that drop the roles, after all databases of the owner. */
  static List<String> removal() {
    return List.of("DROP ROLE IF EXISTS " + SERVICE, "DROP ROLE IF EXISTS " + OWNER);
  }

  /** Returns the statement that creates a database for the owner. */
  static String newDatabase(String name) {
    return "CREATE DATABASE %s OWNER %s".formatted(name, OWNER);
  }

  /** Records that a superuser's URL names a database of the owner. */
  static void add(String url) {
    DATABASES.add(key(url));
  }

  /**
   * Returns the environment variables of a node: those of the two roles if the URL is that of a
   * superuser of a database of tests, on whatever port, else the URL alone.
   */
  public static Map<String, String> environment(String url) {
    return DATABASES.contains(key(url))
        ? Map.of("DATABASE_URL", service(url), "DATABASE_OWNER_URL", owner(url))
        : Map.of("DATABASE_URL", url);
  }

  /** Returns the URL of the service's role for the URL of a superuser. */
  public static String service(String url) {
    return as(url, SERVICE);
  }

  /** Returns the URL of the owner's role for the URL of a superuser. */
  public static String owner(String url) {
    return as(url, OWNER);
  }

  /** Returns the name of the owner's role. */
  public static String ownerRole() {
    return OWNER;
  }

  /** Returns the lines of both roles in PgBouncer's file of users. */
  static String pgBouncerUsers() {
    return "\"%1$s\" \"%3$s\"\n\"%2$s\" \"%3$s\"\n".formatted(OWNER, SERVICE, PASSWORD);
  }

  /** Returns the name of the service's role. */
  public static String serviceRole() {
    return SERVICE;
  }

  private static String as(String url, String role) {
    return ServersUrl.parse(url).withLogin(role + ":" + PASSWORD).toString();
  }

  private static String key(String url) {
    var parsed = ServersUrl.parse(url);
    return parsed.login() + parsed.path();
  }
}
