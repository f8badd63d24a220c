package dev.chatmultischema.identity;

import dev.chatmultischema.identity.jwks.KeySet;
import dev.chatmultischema.tenant.TenantId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Stores the issuers of tenants. */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(IdentityDao.Version.class)
@RegisterConstructorMapper(IdentityDao.Fingerprint.class)
@RegisterRowMapper(IdentityDao.FromRow.class)
public interface IdentityDao {

  /** The version of a tenant's registration. */
  record Version(TenantId tenantId, long version) {}

  /**
   * Changes with every change of the table: versions grow, so that a sum over as many rows grows
   * with each new one.
   */
  record Fingerprint(long number, long sum) {}

  /** Returns the registration of a tenant; empty if it has none. */
  @SqlQuery("SELECT * FROM tenant_identities WHERE tenant_id = :tenant")
  Optional<Identity> find(TenantId tenant);

  @SqlQuery(
      """
      SELECT count(*) AS number, coalesce(sum(version), 0)::bigint AS sum
      FROM tenant_identities
      """)
  Fingerprint fingerprint();

  /** Returns the versions of all registrations. */
  @SqlQuery("SELECT tenant_id, version FROM tenant_identities")
  List<Version> versions();

  /**
   * Stores a registration under a new version. One that is equal keeps its version, and its members
   * their streams.
   */
  @SqlUpdate(
      """
      INSERT INTO tenant_identities AS known (tenant_id, issuer, audience, jwks_url, keys)
      VALUES (:tenant, :issuer, :audience, :jwksUrl, :keys)
      ON CONFLICT (tenant_id) DO UPDATE
      SET version = DEFAULT, issuer = :issuer, audience = :audience,
        jwks_url = :jwksUrl, keys = :keys, keys_fetched_at = NULL
      WHERE (known.issuer, known.audience, known.jwks_url)
          IS DISTINCT FROM (:issuer, :audience, :jwksUrl)
        OR (known.jwks_url IS NULL AND known.keys <> :keys)
      """)
  void put(TenantId tenant, String issuer, String audience, String jwksUrl, String keys);

  /** Stores fetched keys, unless the registration has changed since. */
  @SqlUpdate(
      """
      UPDATE tenant_identities
      SET keys = :keys, keys_fetched_at = clock_timestamp()
      WHERE tenant_id = :tenant
        AND version = :version
      """)
  void setFetchedKeys(TenantId tenant, long version, String keys);

  /** Deletes the registration of a tenant; returns the number of deleted rows, 0 if it has none. */
  @SqlUpdate("DELETE FROM tenant_identities WHERE tenant_id = :tenant")
  int delete(TenantId tenant);

  /** Maps a row of the table. */
  final class FromRow implements RowMapper<Identity> {
    @Override
    public Identity map(ResultSet row, StatementContext context) throws SQLException {
      return new Identity(
          new TenantId(row.getObject("tenant_id", UUID.class)),
          row.getLong("version"),
          row.getString("issuer"),
          Optional.ofNullable(row.getString("audience")),
          Optional.ofNullable(row.getString("jwks_url")).map(URI::create),
          KeySet.ofJson(row.getString("keys")));
    }
  }
}
