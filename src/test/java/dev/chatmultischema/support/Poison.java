package dev.chatmultischema.support;

import dev.chatmultischema.tenant.TenantId;
import org.jdbi.v3.core.Jdbi;

/**
 * Makes PostgreSQL refuse those messages of one tenant whose content contains {@link #MARK}, which
 * is a failure of these messages alone and may be temporary.
 */
public final class Poison {

  public static final String MARK = "poison";
  public static final String ERROR = "this content is refused";

  private final Jdbi jdbi;
  private final TenantId tenant;

  private Poison(Jdbi jdbi, TenantId tenant) {
    this.jdbi = jdbi;
    this.tenant = tenant;
  }

  /** Starts to refuse. */
  public static Poison in(Jdbi jdbi, String tenant) {
    var poison = new Poison(jdbi, TenantId.fromString(tenant));
    jdbi.useHandle(
        handle -> {
          handle.execute(
              """
              CREATE FUNCTION %s.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                IF NEW.payload::text LIKE '%%%s%%' THEN
                  RAISE EXCEPTION '%s';
                END IF;
                RETURN NEW;
              END
              $$
              """
                  .formatted(poison.tenant.schema(), MARK, ERROR));
          handle.execute(
              """
              CREATE TRIGGER refuse
                BEFORE INSERT ON %s
                FOR EACH ROW EXECUTE FUNCTION %s.refuse()
              """
                  .formatted(poison.tenant.partition(), poison.tenant.schema()));
        });
    return poison;
  }

  /** Stops refusing. */
  public void pass() {
    jdbi.useHandle(
        handle -> handle.execute("DROP TRIGGER refuse ON %s".formatted(tenant.partition())));
  }
}
