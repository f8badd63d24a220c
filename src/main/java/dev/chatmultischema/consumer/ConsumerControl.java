package dev.chatmultischema.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.cluster.CommandLog;
import dev.chatmultischema.cluster.Receipt;
import dev.chatmultischema.consumer.supervision.ConsumerReport;
import dev.chatmultischema.tenant.Tenant.DesiredState;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantId;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Has consumers stopped, started, resized and told of, on every node.
 *
 * <p>What is wanted is written down first and holds from then on, whoever answers.
 */
public final class ConsumerControl {

  public static final String LIST = "list-consumers";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PATIENCE_FOR_EACH = Duration.ofMillis(8);

  /** From a node's last moment to answer to the last moment to wait for it. */
  private static final Duration MARGIN = Duration.ofSeconds(4);

  /** A node unseen for longer is gone as far as anybody can tell (see NodeRegistry). */
  private static final Duration GONE = Duration.ofSeconds(5);

  /**
   * A node may work for 20 s without a word, until it gives its tenants up by itself. So long, and
   * a little longer, nobody may say that it did what it was not asked.
   */
  private static final Duration GIVEN_UP = Duration.ofSeconds(25);

  private final CommandLog orders;
  private final Runnable wakeNodes;
  private final ObjectMapper json;

  ConsumerControl(CommandLog orders, Runnable wakeNodes, ObjectMapper json) {
    this.orders = orders;
    this.wakeNodes = wakeNodes;
    this.json = json;
  }

  /** How long a node may take for an order about so many tenants. */
  public static Duration nodePatience(int tenants) {
    return PATIENCE.plus(PATIENCE_FOR_EACH.multipliedBy(tenants));
  }

  /**
   * Says whether tenants are to be consumed, and waits until every node that may be at work has
   * followed, failed to, or let its time pass.
   *
   * @param tenants none for all of them
   * @param number how many they are, about: more take more time
   * @return a receipt of each node
   * @throws org.jdbi.v3.core.JdbiException if the database does not answer
   */
  public List<Receipt> set(String task, Set<TenantId> tenants, DesiredState wanted, int number)
      throws InterruptedException {
    return give(
        task,
        tenants,
        number,
        GIVEN_UP,
        rows -> {
          if (tenants.isEmpty()) {
            rows.updateAllConsumers(wanted.name());
          }
          tenants.forEach(tenant -> rows.updateConsumer(tenant, wanted.name()));
        });
  }

  /** Sets how many lanes a tenant has, and waits as {@link #set} does. */
  public List<Receipt> resize(String task, TenantId tenant, int workers)
      throws InterruptedException {
    return give(task, Set.of(tenant), 1, GIVEN_UP, rows -> rows.updateWorkers(tenant, workers));
  }

  /**
   * Has every node that is alive tell of its consumers; a receipt of success reports what {@link
   * #read} reads.
   */
  public List<Receipt> list(Set<TenantId> tenants, int number) throws InterruptedException {
    return give(LIST, tenants, number, GONE, rows -> {});
  }

  /** Reads what a node told. */
  public List<ConsumerReport> read(Receipt receipt) {
    try {
      return json.readValue(receipt.report(), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Receipt> give(
      String task, Set<TenantId> tenants, int number, Duration seen, Consumer<TenantDao> change)
      throws InterruptedException {
    var given =
        orders.give(task, tenants, seen, handle -> change.accept(handle.attach(TenantDao.class)));
    wakeNodes.run();
    return orders.await(given, nodePatience(number).plus(MARGIN));
  }
}
