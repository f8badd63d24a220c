package dev.chatmultischema.prometheus;

import dev.chatmultischema.logging.FailureReason;
import dev.chatmultischema.tenant.TenantDao;
import io.dropwizard.lifecycle.Managed;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves the labels of metrics for the tenants with the most messages when the node starts, so
 * that these have series of their own however many tenants there are. Labels do not change hands
 * afterwards, since a counter that moves between series is neither a rate nor a total.
 */
final class LabelReservation implements Managed {

  private static final Logger LOG = LoggerFactory.getLogger(LabelReservation.class);

  private final TenantLabels labels;
  private final TenantDao tenants;

  LabelReservation(TenantLabels labels, TenantDao tenants) {
    this.labels = labels;
    this.tenants = tenants;
  }

  /** Without the database, the labels go to the first tenants that the node meets. */
  @Override
  public void start() {
    try {
      labels.reserve(tenants.findBusiest(labels.max()));
    } catch (JdbiException e) {
      LOG.warn(
          "could not find the tenants with the most messages: {}; the first ones get labels",
          FailureReason.of(e));
    }
  }
}
