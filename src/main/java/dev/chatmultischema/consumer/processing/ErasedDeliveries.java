package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.SenderHeaders;
import dev.chatmultischema.message.ErasedSenders;
import dev.chatmultischema.tenant.TenantId;
import java.util.List;

/**
 * Replaces the contents of erased messages before they are stored, retried or dead-lettered.
 *
 * @param headers signs what is replaced
 */
public record ErasedDeliveries(ErasedSenders senders, SenderHeaders headers)
    implements BatchProcessor.Preparation {

  /**
   * Returns the batch itself if none of its messages is erased.
   *
   * @throws org.jdbi.v3.core.JdbiException if it is not known which are
   */
  @Override
  public List<DecodedDelivery> apply(TenantId tenant, List<DecodedDelivery> batch) {
    for (var delivery : batch) {
      if (isErased(tenant, delivery)) {
        return batch.stream().map(each -> replaced(tenant, each)).toList();
      }
    }
    return batch;
  }

  private boolean isErased(TenantId tenant, DecodedDelivery delivery) {
    return senders.contains(tenant, delivery.senderId(), delivery.acceptedAt());
  }

  private DecodedDelivery replaced(TenantId tenant, DecodedDelivery delivery) {
    return isErased(tenant, delivery)
        ? delivery.with(tenant, ErasedSenders.TOMBSTONE, headers)
        : delivery;
  }
}
