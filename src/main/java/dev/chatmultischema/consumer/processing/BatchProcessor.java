package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.consumer.processing.OutcomeRouter.Routed;
import dev.chatmultischema.prometheus.TenantMeters;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores a batch of deliveries, and routes those that could not be stored. */
public final class BatchProcessor {

  private static final Logger LOG = LoggerFactory.getLogger(BatchProcessor.class);

  /** Replaces deliveries of a batch before it is processed; keeps their order and their tags. */
  interface Preparation {
    List<DecodedDelivery> apply(TenantId tenant, List<DecodedDelivery> batch);
  }

  private final BatchWriter writer;
  private final OutcomeRouter router;
  private final OutcomePolicy policy;
  private final Preparation preparation;

  public BatchProcessor(
      Preparation preparation, BatchWriter writer, OutcomeRouter router, OutcomePolicy policy) {
    this.preparation = preparation;
    this.writer = writer;
    this.router = router;
    this.policy = policy;
  }

  /** Processes a batch. Every delivery in it is settled or postponed, also after an Error. */
  Routed process(TenantId tenant, List<DecodedDelivery> batch, TenantMeters meters) {
    try {
      return router.route(tenant, writer.write(tenant, preparation.apply(tenant, batch)), meters);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "unexpected error in a batch of {} deliveries of tenant {}; retrying after a pause",
          batch.size(),
          tenant,
          e);
      var postponed = batch.stream().map(delivery -> policy.unexpected(delivery, e)).toList();
      return new Routed(List.of(), postponed);
    }
  }
}
