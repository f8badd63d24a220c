package dev.chatmultischema.tenant;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.json.StrictUuid;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Identifies a tenant. Every method that reads or writes a tenant's data has a parameter of this
 * type, so that no query can omit the tenant.
 */
public record TenantId(@JsonValue UUID value) implements Comparable<TenantId> {

  @JsonCreator
  public TenantId {}

  /** Returns a new id, a UUIDv7 (RFC 9562) with the time of this machine's clock. */
  public static TenantId create() {
    return new TenantId(UuidCreator.getTimeOrderedEpoch());
  }

  /** Returns a new id, a UUIDv7 (RFC 9562) with the given time, by which ids sort. */
  public static TenantId createdAt(Instant time) {
    return new TenantId(UuidCreator.getTimeOrderedEpoch(time));
  }

  /**
   * Parses the form of RFC 9562, section 4, in lower or upper case.
   *
   * @throws IllegalArgumentException if the text has any other form
   */
  public static TenantId fromString(String text) {
    return StrictUuid.parse(text)
        .map(TenantId::new)
        .orElseThrow(() -> new IllegalArgumentException("must be a UUID"));
  }

  /**
   * Returns the name of the PostgreSQL schema that holds the tenant's partition. The name needs no
   * quotes in SQL, since its only variable part is hexadecimal digits.
   */
  public String schema() {
    return "tenant_" + value.toString().replace("-", "");
  }

  /** Returns the qualified name of the tenant's partition of {@code messages}; needs no quotes. */
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

  /** Maps a {@code uuid} column to a tenant id. */
  public static final class FromColumn implements ColumnMapper<TenantId> {
    @Override
    public TenantId map(java.sql.ResultSet row, int column, StatementContext context)
        throws java.sql.SQLException {
      var value = row.getObject(column, UUID.class);
      return value == null ? null : new TenantId(value);
    }
  }
}
