package dev.chatmultischema.tenant;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Names a tenant; whatever reads or writes a tenant's data takes one of these, so that it cannot
 * forget whose.
 */
public record TenantId(@JsonValue UUID value) implements Comparable<TenantId> {

  @JsonCreator
  public TenantId {}

  /** A new id, a UUIDv7 (RFC 9562) by this machine's clock. */
  public static TenantId create() {
    return new TenantId(UuidCreator.getTimeOrderedEpoch());
  }

  /** A new id, a UUIDv7 (RFC 9562) of a time, by which ids sort. */
  public static TenantId createdAt(Instant time) {
    return new TenantId(UuidCreator.getTimeOrderedEpoch(time));
  }

  /**
   * Reads the form of RFC 9562, section 4, in small or capital letters.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static TenantId fromString(String text) {
    var id = UUID.fromString(text);
    // Digits in groups of other lengths are taken as well, and fill or cut the groups.
    if (!id.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("must be a UUID");
    }
    return new TenantId(id);
  }

  /**
   * The PostgreSQL schema that holds this tenant's partition: made of hexadecimal digits alone, so
   * safe in SQL.
   */
  public String schema() {
    return "tenant_" + value.toString().replace("-", "");
  }

  /** The tenant's own partition of {@code messages}, qualified: safe in SQL. */
  public String partition() {
    return schema() + ".messages";
  }

  @Override
  public int compareTo(TenantId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }

  /** Binds a tenant id as a {@code uuid}. */
  public static final class AsArgument extends AbstractArgumentFactory<TenantId> {
    public AsArgument() {
      super(java.sql.Types.OTHER);
    }

    @Override
    protected Argument build(TenantId tenant, ConfigRegistry config) {
      return (position, statement, context) -> statement.setObject(position, tenant.value());
    }
  }

  /** Reads a {@code uuid} column as a tenant id. */
  public static final class FromColumn implements ColumnMapper<TenantId> {
    @Override
    public TenantId map(java.sql.ResultSet row, int column, StatementContext context)
        throws java.sql.SQLException {
      var value = row.getObject(column, UUID.class);
      return value == null ? null : new TenantId(value);
    }
  }
}
